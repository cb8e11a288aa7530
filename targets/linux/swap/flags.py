"""SWP_*: the bits of swap_info_struct.flags [include/linux/swap.h].

Seven bits are the same in every kernel modelled; what stands above them has moved.
SWP_SCANNING is not a bit but a counter of tasks inside `scan_swap_map`: it stands above all others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from targets.linux.kernel.history.swap import FlagBits

if TYPE_CHECKING:
    from targets.linux.kernel.kernel import Kernel

SWP_USED: Final = 1 << 0
SWP_WRITEOK: Final = 1 << 1
SWP_DISCARDABLE: Final = 1 << 2
SWP_DISCARDING: Final = 1 << 3
SWP_SOLIDSTATE: Final = 1 << 4
SWP_CONTINUED: Final = 1 << 5
SWP_BLKDEV: Final = 1 << 6


@dataclass(frozen=True, slots=True)
class FlagLayout:
    """The part of the layout that kernels disagree on; 0 for what a kernel does not have."""

    area_discard: int
    """SWP_AREA_DISCARD: the whole area is discarded, once."""
    page_discard: int
    """SWP_PAGE_DISCARD: clusters are discarded when they become free."""
    stable_writes: int
    """SWP_STABLE_WRITES: no overwrite of pages under writeback."""
    synchronous_io: int
    """SWP_SYNCHRONOUS_IO: the device is done when it returns."""
    valid: int
    """SWP_VALID: the area may be looked into."""
    scanning: int
    """SWP_SCANNING: what one task in `scan_swap_map` adds to the flags."""


WITHOUT_STABLE_WRITES: Final = FlagLayout(
    area_discard=1 << 8,
    page_discard=1 << 9,
    stable_writes=0,
    synchronous_io=0,
    valid=0,
    scanning=1 << 10,
)
WITH_STABLE_WRITES: Final = replace(WITHOUT_STABLE_WRITES, stable_writes=1 << 10, scanning=1 << 11)
WITH_SYNCHRONOUS_IO: Final = replace(WITH_STABLE_WRITES, synchronous_io=1 << 11, scanning=1 << 12)
WITH_ACTIVATED: Final = FlagLayout(
    area_discard=1 << 9,
    page_discard=1 << 10,
    stable_writes=1 << 11,
    synchronous_io=1 << 12,
    valid=0,
    scanning=1 << 13,
)
WITH_VALID: Final = replace(WITH_ACTIVATED, valid=1 << 13, scanning=1 << 14)


def layout_of(kernel: Kernel, *, stable_writes: bool) -> FlagLayout:
    """Return a kernel's layout, with or without SWP_STABLE_WRITES.

    A kernel whose own release has that flag leaves its bit unused without it;
    only where it was the last one, the counter of scanners moves down.
    """
    match kernel.features.flag_bits:
        case FlagBits.FILE:
            return WITH_STABLE_WRITES if stable_writes else WITHOUT_STABLE_WRITES
        case FlagBits.SYNCHRONOUS:
            layout = WITH_SYNCHRONOUS_IO
        case FlagBits.ACTIVATED:
            layout = WITH_ACTIVATED
        case FlagBits.VALID:
            layout = WITH_VALID
        case FlagBits.VALID_GONE:
            layout = replace(WITH_VALID, valid=0)
        case FlagBits.NO_SCANNERS:
            layout = replace(WITH_VALID, valid=0, scanning=0)
    return layout if stable_writes else replace(layout, stable_writes=0)
