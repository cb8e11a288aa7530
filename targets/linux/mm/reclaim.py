"""Reclaim of anonymous pages: to the swap cache, out of the page tables, to the device, freed.

[4.9 to 6.19 mm/vmscan.c] A page that is isolated has a reference of whoever reclaims it.
One pass does what can be done at once; a page under writeback is kept for a later pass.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.machine.errno import AOP_WRITEPAGE_ACTIVATE, Refusal
from targets.linux.machine.gfp import GFP_KERNEL, Gfp
from targets.linux.machine.oops import paging_request
from targets.linux.machine.page import page_under_writeback
from targets.linux.mm.mm_struct import MappedPte, PoisonedPte, SwapPte
from targets.linux.mm.references import free_page, get_page, put_page
from targets.linux.mm.rmap import Unmapped, is_mlocked, try_to_unmap
from targets.linux.swap.cache import (
    DELETE,
    delete_page_from_space,
    lookup_swap_cache,
    page_count,
    try_to_free_swap,
)
from targets.linux.swap.core import vm_swap_full
from targets.linux.swap.counts import swapcache_free
from targets.linux.swap.io import swap_writepage
from targets.linux.swap.promises import RECLAIMED_PAGE_IN_USE, SWAP_SPACE_READ_ONLY
from targets.linux.swap.slots import add_to_swap

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore

ISOLATE: Final = Point("lru.isolate", "take a page off its LRU list", Access.WRITE, "lru")

REFERENCES_OF_A_FREE_PAGE: Final = 2
"""The swap cache's and the reclaiming task's: nobody else has the page."""


class Pageout(Enum):
    """What became of an attempt to write a page."""

    KEEP = "somebody else holds the page"
    SUCCESS = "it was written, or is being written; it is no longer locked"
    CLEAN = "there was nothing to write"
    ACTIVATE = "it is not to be written now, and is still locked"


def swap_out(core: SwapCore, mm: MmStruct, index: int) -> bool:
    """Reclaim the page at an index of a process, as kswapd would; whether it was freed."""
    page = isolate_lru_page(core, mm, index)
    if page is None:
        return False
    with core.memory.fs_reclaim.reclaiming(GFP_KERNEL):
        return shrink_page_list(core, [page]) == 1


def isolate_lru_page(core: SwapCore, mm: MmStruct, index: int) -> Page | None:
    """Take the page that a page table entry leads to off the LRU list, with a reference."""
    with mm.ptl:
        match mm.page_table.get(index):
            case MappedPte(page=page):
                return page if isolate(core, page) else None
            case SwapPte(entry=entry):
                page = lookup_swap_cache(core, entry)
            case PoisonedPte() | None:
                return None
    if page is None:
        return None
    isolated = isolate(core, page)
    put_page(core, page)
    return page if isolated else None


def isolate(core: SwapCore, page: Page) -> bool:
    """Take a page off the LRU list, with a reference; False if another task has."""
    core.world.reach(ISOLATE, page.pfn)
    if page.pfn in core.isolated or not page.refcount:
        return False
    core.isolated[page.pfn] = page
    get_page(page)
    return True


def shrink_page_list(core: SwapCore, pages: list[Page], gfp: Gfp = GFP_KERNEL) -> int:
    """Try to free isolated pages; what cannot be freed goes back. Return how many were freed.

    Without the bit IO in `gfp`, nothing new goes to swap, and nothing is written.
    """
    freed = 0
    for page in pages:
        reclaimed = shrink_page(core, page, gfp)
        if core.world.watched:
            core.world.tell("the page is freed" if reclaimed else "the page is kept")
        del core.isolated[page.pfn]
        if reclaimed:
            judge_freed_page(core, page)
            free_page(core, page)
            freed += 1
        else:
            put_page(core, page)
    return freed


def judge_freed_page(core: SwapCore, page: Page) -> None:
    """A page that reclaim frees is stored elsewhere, and nobody has it any more."""
    if page.dirty or page.writeback or page.mapcount or page.refcount:
        core.world.report(
            RECLAIMED_PAGE_IN_USE,
            f"BUG: Bad page state: page frame {page.pfn:#x} is freed by reclaim",
            f"dirty {page.dirty}, under writeback {page.writeback}, mapped {page.mapcount} times, "
            f"{page.refcount} references",
            place="remove_mapping",
            fatal=True,
        )


def shrink_page(core: SwapCore, page: Page, gfp: Gfp) -> bool:
    """Prepare one page for being freed (the body of shrink_page_list's loop); True if it is."""
    if not page.lock.try_acquire():
        return False
    match unmap_and_write(core, page, gfp):
        case Pageout.SUCCESS:
            return lock_written_page(page) and free_locked_page(core, page)
        case Pageout.CLEAN:
            return free_locked_page(core, page)
        case Pageout.KEEP:
            return keep_locked(page)
        case Pageout.ACTIVATE:
            return activate_locked(core, page)


def unmap_and_write(core: SwapCore, page: Page, gfp: Gfp) -> Pageout:
    """Give a locked page a slot, take it out of the page tables, and write it if it is dirty."""
    if is_mlocked(core, page):
        return Pageout.ACTIVATE
    if page_under_writeback(page):
        page.reclaim = True
        return Pageout.KEEP
    if not page.swapcache and (Gfp.IO not in gfp or not add_to_swap(core, page)):
        return Pageout.KEEP
    unmapped = try_to_unmap(core, page) if page.mapcount else Unmapped.SUCCESS
    if unmapped is not Unmapped.SUCCESS:
        once_more = unmapped is Unmapped.AGAIN
        forgiven = once_more and not core.machine.kernel.features.again_activates
        return Pageout.KEEP if forgiven else Pageout.ACTIVATE
    if not page.dirty:
        return Pageout.CLEAN
    return pageout(core, page) if Gfp.IO in gfp else Pageout.KEEP


def keep_locked(page: Page) -> bool:
    """Unlock a page that stays."""
    page.lock.release()
    return False


def activate_locked(core: SwapCore, page: Page) -> bool:
    """Unlock a page that is to stay for long; where slots are scarce, it gives its slot up."""
    if page.swapcache and (is_mlocked(core, page) or vm_swap_full(core)):
        try_to_free_swap(core, page)
    return keep_locked(page)


def pageout(core: SwapCore, page: Page) -> Pageout:
    """Write a locked, dirty page to swap, unless somebody else holds it."""
    if page_count(core, page) != REFERENCES_OF_A_FREE_PAGE:
        return Pageout.KEEP
    page.dirty = False
    page.reclaim = True
    try:
        swap_writepage(core, page)
    except Refusal as refusal:
        if refusal.name == AOP_WRITEPAGE_ACTIVATE:
            page.reclaim = False
            return Pageout.ACTIVATE
        handle_write_error(core, page)
    if not page_under_writeback(page):
        page.reclaim = False
    return Pageout.SUCCESS


def handle_write_error(core: SwapCore, page: Page) -> None:
    """Note an error of swap_writepage in the address space, where nobody looks for it.

    What matters is that the page, which is not locked any more, is locked for that,
    and that the address space can be written to (mapping_set_error).
    """
    page.lock.acquire()
    if page.swapcache and core.machine.kernel.features.swap_space_read_only:
        why = "the error of a write is noted in the address space of swap, which is read-only"
        paging_request(core.world, SWAP_SPACE_READ_ONLY, why)
    page.lock.release()


def lock_written_page(page: Page) -> bool:
    """Lock a page after it was written; False if the I/O goes on, or has failed."""
    if page.writeback or page.dirty or not page.lock.try_acquire():
        return False
    if page.writeback or page.dirty or not page.swapcache:
        page.lock.release()
        return False
    return True


def free_locked_page(core: SwapCore, page: Page) -> bool:
    """Unlock a page, out of the swap cache and with no reference left if nobody needs it."""
    removed = remove_mapping(core, page)
    page.lock.release()
    return removed


def remove_mapping(core: SwapCore, page: Page) -> bool:
    """Take a clean page that nobody else holds out of the swap cache (__remove_mapping)."""
    entry = page.private
    with core.space(entry).tree_lock:
        core.world.reach(DELETE, entry)
        if page.refcount != REFERENCES_OF_A_FREE_PAGE or page.dirty:
            return False
        page.refcount = 0
        delete_page_from_space(core, page)
    swapcache_free(core, entry)
    return True
