"""Swap I/O: pages of the swap cache go to their slots, and come back [4.9 mm/page_io.c].

A device with rw_page does the I/O at once, with the page locked throughout.
If it refuses, or has none, a bio does it, and a page that is written is then *unlocked*:
from there on only PG_writeback says that the device still looks at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.block.bio import Bio, Op
from targets.linux.block.disk import Disk, bdev_read_page, bdev_write_page, submit_bio
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_NOIO
from targets.linux.machine.page import (
    PAGE_SIZE,
    SECTORS_PER_PAGE,
    Page,
    end_page_writeback,
    set_page_writeback,
)
from targets.linux.machine.slab import failslab_exempt
from targets.linux.swap.area import swp_offset, swp_type
from targets.linux.swap.cache import try_to_free_swap
from targets.linux.swap.flags import SWP_BLKDEV

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.swap.core import SwapCore

BIO: Final = fault_point("swap.bio", "a bio for one page of swap", ENOMEM, capability="failslab")


def page_disk(core: SwapCore, page: Page) -> Disk:
    """Return the device of a page in the swap cache (page_swap_info(page)->bdev)."""
    disk = core.swap_info[swp_type(page.private)].disk
    assert disk is not None, "a page in the swap cache has an area in use"
    return disk


def swap_page_sector(page: Page) -> int:
    """Return where the slot of a page in the swap cache starts on its device."""
    return swp_offset(page.private) * SECTORS_PER_PAGE


def get_swap_bio(core: SwapCore, page: Page, op: Op, end_io: Callable[[Bio], None]) -> Bio | None:
    """Allocate a bio for one page; None when there is no memory."""
    if core.world.fault(BIO, page.pfn, exempt=failslab_exempt(GFP_NOIO)) is not None:
        return None
    return Bio(op, swap_page_sector(page), PAGE_SIZE, page, end_io)


# Writing


def swap_writepage(core: SwapCore, page: Page) -> None:
    """Write a locked page to its slot, unless nobody needs the slot any more; unlocks the page."""
    if try_to_free_swap(core, page):
        page.lock.release()
    else:
        swap_writepage_to_disk(core, page)


def swap_writepage_to_disk(core: SwapCore, page: Page) -> None:
    """Write a locked page by rw_page or, when that refuses, by a bio (__swap_writepage)."""
    disk = page_disk(core, page)
    try:
        bdev_write_page(disk, swap_page_sector(page), page)
    except Refusal as refusal:
        if core.world.watched:
            core.world.tell(f"rw_page: {refusal.name}, so a bio, with the page unlocked")
    else:
        core.counters.pswpout += 1
        return
    bio = get_swap_bio(core, page, Op.WRITE, end_swap_bio_write)
    if bio is None:
        page.dirty = True
        page.lock.release()
        raise Refusal(ENOMEM)
    core.counters.pswpout += 1
    set_page_writeback(page)
    page.lock.release()
    submit_bio(disk, bio)


def end_swap_bio_write(bio: Bio) -> None:
    """Complete a write; after an error the page is dirty again, and keeps its slot."""
    page = bio.page
    assert page is not None, "a bio of swap has a page"
    if bio.error:
        page.error = True
        page.dirty = True
        page.reclaim = False
        if page.world.watched:
            page.world.tell(f"write error: {bio.error}; the page is dirty again")
    end_page_writeback(page)


# Reading


def swap_readpage(core: SwapCore, page: Page) -> None:
    """Start to read a locked page from its slot; it is unlocked when that is over."""
    disk = page_disk(core, page)
    try:
        bdev_read_page(disk, swap_page_sector(page), page)
    except Refusal:
        read_by_bio(core, page, disk)
        return
    if page.lock.try_acquire():
        swap_slot_free_notify(core, page)
        page.lock.release()
    core.counters.pswpin += 1


def read_by_bio(core: SwapCore, page: Page, disk: Disk) -> None:
    """Read a locked page through a bio (the rest of swap_readpage)."""

    def end_swap_bio_read(bio: Bio) -> None:
        page.uptodate = not bio.error
        page.error = bool(bio.error)
        if page.uptodate:
            swap_slot_free_notify(core, page)
        page.lock.release()

    bio = get_swap_bio(core, page, Op.READ, end_swap_bio_read)
    if bio is None:
        page.lock.release()
        raise Refusal(ENOMEM)
    core.counters.pswpin += 1
    submit_bio(disk, bio)


def swap_slot_free_notify(core: SwapCore, page: Page) -> None:
    """Let a device in memory forget what was just read: two copies would be a waste.

    The page is then the only copy, hence dirty, although page tables may still count the slot.
    """
    if not page.swapcache:
        return
    area = core.swap_info[swp_type(page.private)]
    disk = page_disk(core, page)
    if area.flags & SWP_BLKDEV and disk.operations.has_slot_free_notify:
        page.dirty = True
        disk.operations.swap_slot_free_notify(swp_offset(page.private))
