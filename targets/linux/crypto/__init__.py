"""Compression algorithms, which zram and zswap share [crypto/, lib/]."""
