"""How swap is used: what processes and administrators do one thing after another."""

from __future__ import annotations

from typing import Final

SWAP_HABITS: Final = (
    "store, swap_out, load",
    "store, swap_out, load, store, swap_out, load",
    "store, swap_out, swap_in, load, store",
    "store, pageout, load, dontneed",
    "fill, swap_out, store, swap_out, load",
    "store, swap_out, dontneed, load",
    "store, fork, store, load",
    "store, swap_out, fork, load, swap_out, exit",
    "store, fork, swap_out, load, store, exit",
    "store, pin for=write, swap_out, load, dma, load, unpin",
    "store, pin for=read, store, swap_out, peek, unpin",
    "store, fork, pin for=read, dontneed, peek, unpin",
    "mlock, store, swap_out, munlock, swap_out, load",
    "store, swap_out, uffd_move, load, store",
    "clear_refs, store, pagemap, swap_out, load, pagemap",
    "store, mergeable, ksmd, ksmd, store, unmergeable",
    "mergeable, ksmd, swap_out, load, store",
    "chrt policy=fifo, load, chrt policy=other",
    "store, swap_out, swapoff, load",
    "swapoff, mkswap, swapon, store, swap_out, load",
    "swapoff, mkswap_bad, swapon, store, swap_out, load",
    "swapoff, format, mkswap, swapon, store, swap_out, load",
    "swapoff, reset, disksize, mkswap, swapon, store, swap_out, load",
    "swapoff, reset, comp_algorithm, disksize, mkswap, swapon, store, swap_out",
    "swapoff, reset, backing_dev, disksize, mkswap, swapon, store, swap_out, idle,"
    " writeback mode=idle, load",
    "store, swap_out, idle, writeback mode=idle, load, store",
    "store, swap_out, compact, load",
    "store, swap_out, show file=mm_stat, show file=io_stat, load",
    "zswap_enable value=on, store, swap_out, load, zswap_enable value=off, store, swap_out, load",
    "zswap_limit, store, swap_out, store, swap_out, load",
    "store, store, swap_out, swap_out, zswap_limit, swap_out, load",
    "zswap_writeback, store, swap_out, load",
    "fill, swap_out, zswap_writeback, load, store, swap_out",
    "store, swap_out, fork, swapoff, load",
    "swapoff, mkswap, swapon, fill, swap_out, swap_out, dontneed",
    "cpu_offline, store, swap_out, load, cpu_online",
    "write, read, mkswap, swapon",
    "disksize, mkswap, swapon, store, swap_out, load",
    "swapoff, mkswap, swapon, swapoff",
)
"""Lines for the search; each kind of operation that has a use is in one of them."""
