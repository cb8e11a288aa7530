"""Going through all slots of a device, by a size that was looked up when no lock was held.

A device that was reset and got a smaller size in between has a smaller table
[5.0 to 5.15 idle_store, 5.0 to 6.19 writeback_store].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.machine.oops import paging_request
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.promises import VMALLOC_OUT_OF_BOUNDS

if TYPE_CHECKING:
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot

DISKSIZE_READ: Final = Point(
    "zram.disksize.read", "how large is the device? (disksize)", Access.READ, "zram disksize"
)


def nr_pages(zram: Zram) -> int:
    """Return the size in pages; only init_lock keeps it as it is."""
    zram.machine.world.reach(DISKSIZE_READ, zram.number)
    return zram.disksize // PAGE_SIZE


def table_slot(zram: Zram, index: int) -> Slot:
    """Return the slot of a page, which a stale size may place behind the table."""
    if index >= zram.meta.pages:
        paging_request(
            zram.machine.world,
            VMALLOC_OUT_OF_BOUNDS,
            f"slot {index} of a table of {zram.meta.pages}; the size was looked up before the lock",
        )
    return zram.meta.slot(index)
