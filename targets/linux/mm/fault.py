"""Page faults on anonymous memory [4.9 mm/memory.c].

mmap_sem is held for reading throughout; only to wait for a page once, it is dropped.
Whatever was read without the page table lock is compared again under it (pte_same).
The fault returns, well done or not: the processor tries again, and faults again if need be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.machine.errno import ENOMEM, SIGBUS, VM_FAULT_OOM, Refusal
from targets.linux.machine.gfp import GFP_HIGHUSER_MOVABLE
from targets.linux.mm.copy_on_write import do_wp_page
from targets.linux.mm.mm_struct import MappedPte, SwapPte, read_pte, set_pte
from targets.linux.mm.references import put_page
from targets.linux.mm.rmap import page_add_anon_rmap
from targets.linux.swap.cache import lookup_swap_cache, try_to_free_swap
from targets.linux.swap.core import vm_swap_full
from targets.linux.swap.counts import swap_free
from targets.linux.swap.reuse import Reuse, reuse_swap_page
from targets.linux.swap.swapin import read_swap_cache_async

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore

ANON_PAGE: Final = fault_point(
    "do_anonymous_page.page", "a page of zeros", ENOMEM, capability="fail_page_alloc"
)


def handle_mm_fault(
    core: SwapCore, mm: MmStruct, index: int, *, write: bool, may_retry: bool
) -> Page | None:
    """Make a page accessible; refuses with SIGBUS or VM_FAULT_OOM.

    VM_FAULT_RETRY, where the caller allows that, is a page in the way, with a reference:
    the caller drops mmap_sem, waits until the page is unlocked, and tries again.
    """
    pte = read_pte(mm, index)
    match pte:
        case None:
            do_anonymous_page(core, mm, index)
        case SwapPte():
            return do_swap_page(core, mm, index, pte, write=write, may_retry=may_retry)
        case MappedPte(writable=False) if write:
            mm.ptl.acquire()
            if mm.page_table.get(index) == pte:
                do_wp_page(core, mm, index, pte)
            else:
                mm.ptl.release()
        case MappedPte():
            pass
    return None


def do_anonymous_page(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Map a new page of zeros.

    The kernel maps the shared zero page when the first access reads; here that gets a page, too.
    """
    page = core.memory.alloc_page(GFP_HIGHUSER_MOVABLE, ANON_PAGE)
    if page is None:
        raise Refusal(VM_FAULT_OOM)
    page.uptodate = True
    with mm.ptl:
        if index in mm.page_table:
            put_page(core, page)
            return
        set_pte(mm, index, MappedPte(page, writable=True, dirty=True))
        page_add_anon_rmap(core, page, mm, index)


def do_swap_page(  # noqa: PLR0913 - a fault is its address and its flags
    core: SwapCore, mm: MmStruct, index: int, pte: SwapPte, *, write: bool, may_retry: bool
) -> Page | None:
    """Map the page of a slot, reading it if the swap cache has it not."""
    page = lookup_swap_cache(core, pte.entry) or read_swap_cache_async(core, pte.entry)
    if page is None:
        with mm.ptl:
            if mm.page_table.get(index) == pte:
                raise Refusal(VM_FAULT_OOM)
        return None
    if not page.lock.try_acquire():  # lock_page_or_retry
        if may_retry:
            return page
        page.lock.acquire()
    if not page.swapcache or page.private != pte.entry:
        page.lock.release()
        put_page(core, page)
        return None
    mm.ptl.acquire()
    same = mm.page_table.get(index) == pte
    if same and page.uptodate:
        map_swapped_page(core, mm, index, page, write=write)
        return None
    mm.ptl.release()
    page.lock.release()
    put_page(core, page)
    if same:
        raise Refusal(SIGBUS)
    return None


def map_swapped_page(core: SwapCore, mm: MmStruct, index: int, page: Page, *, write: bool) -> None:
    """Map a page, and count its slot down (the second half of do_swap_page).

    Page and page table are locked, and unlocked; the caller's reference becomes the mapping's.
    """
    entry = page.private
    in_place = write and reuse_swap_page(core, page) is Reuse.IN_PLACE
    pte = MappedPte(page, writable=in_place, dirty=in_place)
    set_pte(mm, index, pte)
    page_add_anon_rmap(core, page, mm, index)
    swap_free(core, entry)
    if vm_swap_full(core):
        try_to_free_swap(core, page)
    page.lock.release()
    if write and not in_place:
        do_wp_page(core, mm, index, pte)
    else:
        mm.ptl.release()
