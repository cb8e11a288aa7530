"""zswap: a cache of compressed pages in memory, in front of the swap device [mm/zswap.c]."""
