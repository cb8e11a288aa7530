"""The swap core: areas, slots and their counts, the swap cache, swap I/O, swapon and swapoff."""
