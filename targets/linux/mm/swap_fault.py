"""Faults on swapped pages: do_swap_page [4.9 to 6.19 mm/memory.c].

Whatever was read without the page table lock is compared again under it (pte_same).
Kernels differ in the second half: how they learn that only this process has the page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from targets.linux.machine.errno import SIGBUS, VM_FAULT_OOM, Refusal
from targets.linux.machine.page import page_under_writeback
from targets.linux.mm.copy_on_write import do_wp_page
from targets.linux.mm.exclusive import exclusive_pages_are_tracked
from targets.linux.mm.ksm import ksm_might_need_to_copy
from targets.linux.mm.mm_struct import MappedPte, SwapPte, set_pte
from targets.linux.mm.references import put_page
from targets.linux.mm.rmap import page_add_anon_rmap
from targets.linux.mm.soft_dirty import is_soft_dirty
from targets.linux.swap.area import swp_type
from targets.linux.swap.cache import lookup_swap_cache, page_count, try_to_free_swap
from targets.linux.swap.core import vm_swap_full
from targets.linux.swap.counts import swap_free
from targets.linux.swap.designs import stable_page_required
from targets.linux.swap.direct import Swapin, swapin, swapin_done
from targets.linux.swap.reuse import Reuse, reuse_swap_page
from targets.linux.swap.users import get_swap_device_for_fault, put_swap_device_after_fault

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore

FAULT_AND_CACHE: Final = 2
"""References to a page of the swap cache that only this fault holds besides."""


@dataclass(frozen=True, slots=True)
class SwapFault:
    """A fault on a swapped page that has been found: what is needed to map it."""

    mm: MmStruct
    index: int
    pte: SwapPte
    page: Page
    """The page to map, locked, with a reference that becomes the mapping's."""
    swapcache: Page | None
    """The page of the swap cache; None for one that was read past it, another for a KSM copy."""
    write: bool


def do_swap_page(  # noqa: PLR0913 - a fault is its address and its flags
    core: SwapCore, mm: MmStruct, index: int, pte: SwapPte, *, write: bool, may_retry: bool
) -> Page | None:
    """Map the page of a slot, reading it if the swap cache has it not.

    A page in the way, with a reference, is VM_FAULT_RETRY.
    """
    area = get_swap_device_for_fault(core, pte.entry)
    if area is None:
        return None
    found = Swapin()
    try:
        cached = lookup_swap_cache(core, pte.entry)
        found = Swapin(cached, cached) if cached is not None else swapin(core, pte.entry, mm, index)
        if found.busy:
            return None
        if found.page is None:
            oom_if_unchanged(mm, index, pte)
            return None
        if not found.page.lock.try_acquire():  # lock_page_or_retry
            if may_retry:
                return found.page
            found.page.lock.acquire()
        map_locked_page(core, SwapFault(mm, index, pte, found.page, found.swapcache, write))
    finally:
        swapin_done(core, pte.entry, found)
        put_swap_device_after_fault(core, area)
    return None


def oom_if_unchanged(mm: MmStruct, index: int, pte: SwapPte) -> None:
    """Refuse with VM_FAULT_OOM, unless somebody else has served the fault."""
    with mm.ptl:
        if mm.page_table.get(index) == pte:
            raise Refusal(VM_FAULT_OOM)


def map_locked_page(core: SwapCore, fault: SwapFault) -> None:
    """Map a locked page that was found, or read, if it still is the page of the slot."""
    swapcache = fault.swapcache
    if swapcache is None:
        map_if_unchanged(core, fault)
        return
    if not swapcache.swapcache or swapcache.private != fault.pte.entry:
        unlock_and_put(core, swapcache)
        return
    page = ksm_might_need_to_copy(core, swapcache, fault.index)
    if page is None:
        unlock_and_put(core, swapcache)
        raise Refusal(VM_FAULT_OOM)
    map_if_unchanged(core, replace(fault, page=page))


def map_if_unchanged(core: SwapCore, fault: SwapFault) -> None:
    """Map the page if the page table still asks for it; SIGBUS if it could not be read."""
    mm, page = fault.mm, fault.page
    mm.ptl.acquire()
    same = mm.page_table.get(fault.index) == fault.pte
    if same and page.uptodate:
        map_swapped_page(core, fault)
        return
    mm.ptl.release()
    unlock_and_put(core, page)
    release_swapcache(core, fault)
    if same:
        raise Refusal(SIGBUS)


def map_swapped_page(core: SwapCore, fault: SwapFault) -> None:
    """Map a page, and count its slot down (the second half of do_swap_page).

    Page and page table are locked, and unlocked.
    """
    fault.page.origin.mapped_by = do_swap_page.__name__
    if exclusive_pages_are_tracked(core.machine.kernel):
        pte = count_down_and_map(core, fault)
    else:
        pte = map_and_count_down(core, fault)
    fault.page.lock.release()
    release_swapcache(core, fault)
    if fault.write and not pte.writable:
        do_wp_page(core, fault.mm, fault.index, pte)
    else:
        fault.mm.ptl.release()


def map_and_count_down(core: SwapCore, fault: SwapFault) -> MappedPte:
    """Decide while the slot still counts the entry, and free the slot last [until 5.17]."""
    mm, index, page = fault.mm, fault.index, fault.page
    in_place = fault.write and reuse_swap_page(core, page) is Reuse.IN_PLACE
    pte = MappedPte(page, writable=in_place, dirty=in_place)
    set_pte(mm, index, pte)
    page_add_anon_rmap(core, page, mm, index)
    swap_free(core, fault.pte.entry)
    if vm_swap_full(core) or index in mm.vm_locked:
        try_to_free_swap(core, page)
    return pte


def count_down_and_map(core: SwapCore, fault: SwapFault) -> MappedPte:
    """Free the slot first: who then holds the page alone, or was marked so, owns it [5.19]."""
    mm, index, page = fault.mm, fault.index, fault.page
    exclusive = may_be_exclusive(core, fault)
    swap_free(core, fault.pte.entry)
    if should_try_to_free_swap(core, fault):
        try_to_free_swap(core, page)
    owned = not page.ksm and (exclusive or page_count(core, page) == 1)
    by_read = core.machine.kernel.features.swapin_maps_writable and is_soft_dirty(mm, index)
    writable = owned and (fault.write or by_read)
    pte = MappedPte(page, writable=writable, dirty=owned and fault.write)
    page_add_anon_rmap(core, page, mm, index, exclusive=owned)
    set_pte(mm, index, pte)
    return pte


def may_be_exclusive(core: SwapCore, fault: SwapFault) -> bool:
    """Whether the process certainly has the page alone.

    The mark is dropped for a page under writeback whose device minds changes: it is then mapped
    read-only, and copied. That is what reuse_swap_page saw to before.
    """
    page = fault.page
    if page.ksm:
        return False
    if page is not fault.swapcache:
        return True
    if not fault.pte.exclusive or not page_under_writeback(page):
        return fault.pte.exclusive
    entry = fault.pte.entry
    area = core.swap_info[swp_type(entry)]
    required = stable_page_required(core.machine.kernel, lambda: area, core.space(entry))
    kept = required is core.machine.kernel.features.swapin_test_inverted
    if kept:
        page.origin.let_go_by = do_swap_page.__name__
    if core.world.watched:
        verdict = "stays exclusive" if kept else "is exclusive no more"
        core.world.tell(f"the page is under writeback, and {verdict}")
    return kept


def should_try_to_free_swap(core: SwapCore, fault: SwapFault) -> bool:
    """Whether the page should leave the swap cache; a writer wants to be its only holder."""
    page = fault.page
    if not page.swapcache:
        return False
    if vm_swap_full(core) or fault.index in fault.mm.vm_locked:
        return True
    return fault.write and not page.ksm and page_count(core, page) == FAULT_AND_CACHE


def unlock_and_put(core: SwapCore, page: Page) -> None:
    """Unlock a page and drop the caller's reference to it."""
    page.lock.release()
    put_page(core, page)


def release_swapcache(core: SwapCore, fault: SwapFault) -> None:
    """Let go of the page of the swap cache when a KSM copy of it was mapped instead."""
    if fault.swapcache is not None and fault.swapcache is not fault.page:
        unlock_and_put(core, fault.swapcache)
