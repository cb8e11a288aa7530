"""SWP_*: the bits of swap_info_struct.flags [4.9 include/linux/swap.h].

Ten bits are the same in every kernel modelled.
The last one, SWP_SCANNING, is not a bit but a counter of tasks inside `scan_swap_map`:
it stands above all others and moves up when a kernel adds a flag.
"""

from dataclasses import dataclass
from typing import Final

SWP_USED: Final = 1 << 0
SWP_WRITEOK: Final = 1 << 1
SWP_DISCARDABLE: Final = 1 << 2
SWP_DISCARDING: Final = 1 << 3
SWP_SOLIDSTATE: Final = 1 << 4
SWP_CONTINUED: Final = 1 << 5
SWP_BLKDEV: Final = 1 << 6
SWP_FILE: Final = 1 << 7
SWP_AREA_DISCARD: Final = 1 << 8
SWP_PAGE_DISCARD: Final = 1 << 9


@dataclass(frozen=True, slots=True)
class FlagLayout:
    """The part of the layout that kernels disagree on."""

    stable_writes: int
    """SWP_STABLE_WRITES: no overwrite of pages under writeback; 0 in a kernel without the flag."""
    scanning: int
    """SWP_SCANNING: what one task in `scan_swap_map` adds to the flags."""


WITHOUT_STABLE_WRITES: Final = FlagLayout(stable_writes=0, scanning=1 << 10)
WITH_STABLE_WRITES: Final = FlagLayout(stable_writes=1 << 10, scanning=1 << 11)
