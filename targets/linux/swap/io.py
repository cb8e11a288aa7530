"""Swap I/O: pages of the swap cache go to their slots, and come back [mm/page_io.c].

A device with rw_page does the I/O at once, with the page locked throughout [until 6.1].
If it refuses, or has none, a bio does it, and a page that is written is then *unlocked*:
from there on only PG_writeback says that the device still looks at it.
A page that is read need not be in the swap cache; its entry is in `private` all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.block.bio import Bio, Op, bio_put
from targets.linux.block.disk import (
    Disk,
    bdev_read_page,
    bdev_write_page,
    submit_bio,
    submit_bio_wait,
)
from targets.linux.kernel.history.swap_io import SwapIo
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL, GFP_NOIO
from targets.linux.machine.oops import paging_request
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
from targets.linux.swap.early_free import swap_slot_free_notify
from targets.linux.swap.frontswap import Load, frontswap_load
from targets.linux.swap.promises import SWAP_AREA_GONE
from targets.linux.swap.stored import store_without_io
from targets.linux.swap.zeromap import swap_read_folio_zeromap

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.swap.core import SwapCore

BIO: Final = fault_point("swap.bio", "a bio for one page of swap", ENOMEM, capability="failslab")
TAGS: Final = fault_point(
    "swap.tags", "memory for the tags of a page (mte_save_tags)", ENOMEM, capability="failslab"
)


def page_disk(core: SwapCore, page: Page) -> Disk:
    """Return the device of a page's slot (page_swap_info(page)->bdev).

    Who does not hold the area may find that swapoff has taken it away.
    """
    disk = core.swap_info[swp_type(page.private)].disk
    if disk is None:
        why = "swapoff has taken the device of the area away"
        paging_request(core.world, SWAP_AREA_GONE, why, accessors=frozenset({"page_disk"}))
    return disk


def page_disk_is_synchronous(core: SwapCore, page: Page) -> bool:
    """Whether the area of a page's slot has SWP_SYNCHRONOUS_IO."""
    return bool(core.swap_info[swp_type(page.private)].flags & core.layout.synchronous_io)


def swap_page_sector(core: SwapCore, page: Page) -> int:
    """Return where the slot of a page starts on its device (map_swap_page)."""
    block = swp_offset(page.private)
    if core.machine.kernel.features.swap_extents_minded:
        block += core.swap_info[swp_type(page.private)].first_block
    return block * SECTORS_PER_PAGE


def get_swap_bio(core: SwapCore, page: Page, op: Op, end_io: Callable[[Bio], None]) -> Bio | None:
    """Allocate a bio for one page; None when there is no memory."""
    if core.machine.kernel.features.swap_bio_may_fail:
        exempt = failslab_exempt(GFP_NOIO)
        if core.world.fault(BIO, page.pfn, exempt=exempt) is not None:
            return None
    return Bio(op, swap_page_sector(core, page), PAGE_SIZE, page, end_io)


def by_rw_page(core: SwapCore, page: Page, op: Op) -> bool:
    """Read or write a locked page by rw_page, which unlocks it; False if that is not the way."""
    match core.machine.kernel.features.swap_io:
        case SwapIo.RW_PAGE:
            pass
        case SwapIo.RW_PAGE_IF_SYNCHRONOUS:
            if op is Op.READ and not page_disk_is_synchronous(core, page):
                return False
        case SwapIo.BIO:
            return False
    rw_page = bdev_write_page if op is Op.WRITE else bdev_read_page
    try:
        rw_page(page_disk(core, page), swap_page_sector(core, page), page)
    except Refusal as refusal:
        if core.world.watched and op is Op.WRITE:
            core.world.tell(f"rw_page: {refusal.name}, so a bio, with the page unlocked")
        return False
    return True


def bio_is_waited_for(core: SwapCore, page: Page) -> bool:
    """Whether bios of swap are on the stack of who submits them, who then waits for them."""
    match core.machine.kernel.features.swap_io:
        case SwapIo.RW_PAGE | SwapIo.RW_PAGE_IF_SYNCHRONOUS:
            return False
        case SwapIo.BIO:
            return page_disk_is_synchronous(core, page)


# Writing


def swap_writepage(core: SwapCore, page: Page) -> None:
    """Write a locked page to its slot, unless nobody needs the slot any more; unlocks the page.

    ENOMEM, and the page dirty again, without memory for its tags or for a bio.
    """
    if try_to_free_swap(core, page):
        page.lock.release()
        return
    if not arch_prepare_to_swap(core, page):
        page.dirty = True
        page.lock.release()
        raise Refusal(ENOMEM)
    if not store_without_io(core, page):
        swap_writepage_to_disk(core, page)


def arch_prepare_to_swap(core: SwapCore, page: Page) -> bool:
    """Keep the tags of a page beside its slot, on a machine that has them; False without memory.

    What they are is nothing to swap, and not modelled.
    """
    kernel = core.machine.kernel
    if not (kernel.build.memory_tags and kernel.features.swap_keeps_tags):
        return True
    core.memory.fs_reclaim.might_alloc(GFP_KERNEL)
    exempt = failslab_exempt(GFP_KERNEL)
    return core.world.fault(TAGS, page.private, exempt=exempt) is None


def swap_writepage_to_disk(core: SwapCore, page: Page) -> None:
    """Write a locked page by rw_page or, when that refuses, by a bio (__swap_writepage)."""
    if by_rw_page(core, page, Op.WRITE):
        core.counters.pswpout += 1
        return
    waited_for = bio_is_waited_for(core, page)
    disk = page_disk(core, page)
    if waited_for:
        bio = Bio(Op.WRITE, swap_page_sector(core, page), PAGE_SIZE, page, end_swap_bio_write)
    else:
        bio = get_swap_bio(core, page, Op.WRITE, end_swap_bio_write)
    if bio is None:
        page.dirty = True
        page.lock.release()
        raise Refusal(ENOMEM)
    core.counters.pswpout += 1
    set_page_writeback(page)
    page.lock.release()
    if waited_for:
        submit_bio_wait(disk, bio)
    else:
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
    bio_put(bio)


# Reading


def swap_readpage(core: SwapCore, page: Page, *, synchronous: bool = False) -> None:
    """Read a locked page from its slot; it is unlocked when that is over.

    It waits for that if the caller asks for it, or if the device is done when it returns.
    """
    page_disk(core, page)
    if swap_read_folio_zeromap(core, page):
        page.lock.release()
        return
    match frontswap_load(core, page):
        case Load.HIT:
            page.uptodate = True
            page.lock.release()
        case Load.FAILED:
            page.lock.release()
        case Load.MISS:
            read_from_disk(core, page, synchronous=synchronous)


def read_from_disk(core: SwapCore, page: Page, *, synchronous: bool) -> None:
    """Read a locked page by rw_page or, when that refuses, by a bio."""
    page.origin.filled_by = read_from_disk.__name__
    if by_rw_page(core, page, Op.READ):
        if page.lock.try_acquire():
            swap_slot_free_notify(core, page)
            page.lock.release()
        core.counters.pswpin += 1
    else:
        read_by_bio(core, page, waits=synchronous or bio_is_waited_for(core, page))


def read_by_bio(core: SwapCore, page: Page, *, waits: bool) -> None:
    """Read a locked page through a bio (the rest of swap_readpage)."""

    def end_swap_bio_read(bio: Bio) -> None:
        page.uptodate = not bio.error
        page.error = bool(bio.error)
        if page.uptodate:
            swap_slot_free_notify(core, page)
        page.lock.release()
        bio_put(bio)

    disk = page_disk(core, page)
    bio = get_swap_bio(core, page, Op.READ, end_swap_bio_read)
    if bio is None:
        page.lock.release()
        raise Refusal(ENOMEM)
    core.counters.pswpin += 1
    if waits:
        submit_bio_wait(disk, bio)
    else:
        submit_bio(disk, bio)
