"""Allocation masks: what an allocator may do to satisfy a request (`spec`: include/linux/gfp.h)."""

from enum import Flag, auto
from typing import Final


class Gfp(Flag):
    """The bits of a mask that this model tells apart."""

    HIGHMEM = auto()
    MOVABLE = auto()
    IO = auto()
    FS = auto()
    DIRECT_RECLAIM = auto()
    KSWAPD_RECLAIM = auto()
    NORETRY = auto()
    NOWARN = auto()
    HIGH = auto()


RECLAIM: Final = Gfp.DIRECT_RECLAIM | Gfp.KSWAPD_RECLAIM
GFP_NOIO: Final = RECLAIM
GFP_KERNEL: Final = RECLAIM | Gfp.IO | Gfp.FS
GFP_HIGHUSER_MOVABLE: Final = GFP_KERNEL | Gfp.HIGHMEM | Gfp.MOVABLE
GFP_ATOMIC: Final = Gfp.HIGH | Gfp.KSWAPD_RECLAIM
