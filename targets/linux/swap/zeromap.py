"""The zeromap: a bit for each slot whose page is all zeros, instead of I/O [6.12 mm/page_io.c].

The lock of a page in the swap cache protects the bit of its slot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.machine.page import PAGE_BYTES_READ, PAGE_BYTES_WRITE, PAGE_SIZE, fill_page
from targets.linux.swap.area import swp_entry, swp_offset, swp_type

if TYPE_CHECKING:
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.machine.page import Page
    from targets.linux.swap.area import SwapArea
    from targets.linux.swap.core import SwapCore

ZEROS: Final = bytes(PAGE_SIZE)
ZEROMAP: Final = "zeromap"
ZEROMAP_TEST: Final = Point("zeromap.test", "is the slot a page of zeros?", Access.READ, ZEROMAP)
ZEROMAP_SET: Final = Point(
    "zeromap.set", "note whether the slot is a page of zeros", Access.WRITE, ZEROMAP
)


def new_zeromap(kernel: Kernel, slots: int) -> bytearray:
    """Make the map of an area, a byte for each slot; empty in a kernel without zeromap."""
    return bytearray(slots if kernel.features.zeromap else 0)


def swap_zeromap_store(core: SwapCore, page: Page) -> bool:
    """Note whether a locked page that is written is all zeros; True if that is all there is to do.

    A bit that an earlier page of the slot has left is cleared.
    """
    area = core.swap_info[swp_type(page.private)]
    if not area.zeromap:
        return False
    core.world.reach(PAGE_BYTES_READ, page.pfn)
    zeros = bytes(page.bytes) == ZEROS
    set_bit(core, area, swp_offset(page.private), zeros=zeros)
    core.counters.swpout_zero += zeros
    return zeros


def swap_read_folio_zeromap(core: SwapCore, page: Page) -> bool:
    """Fill a locked page with zeros if its slot is noted; False if it must be read."""
    area = core.swap_info[swp_type(page.private)]
    if not area.zeromap:
        return False
    core.world.reach(ZEROMAP_TEST, page.private)
    if not area.zeromap[swp_offset(page.private)]:
        return False
    core.counters.swpin_zero += 1
    core.world.reach(PAGE_BYTES_WRITE, page.pfn)
    fill_page(page, ZEROS)
    page.origin.filled_by = swap_read_folio_zeromap.__name__
    page.uptodate = True
    return True


def clear_zeromap(core: SwapCore, area: SwapArea, offset: int) -> None:
    """Forget the bit of a slot that becomes free."""
    if area.zeromap:
        set_bit(core, area, offset, zeros=False)


def set_bit(core: SwapCore, area: SwapArea, offset: int, *, zeros: bool) -> None:
    """Set or clear the bit of a slot (set_bit, clear_bit)."""
    core.world.reach(ZEROMAP_SET, swp_entry(area.type, offset))
    area.zeromap[offset] = zeros
