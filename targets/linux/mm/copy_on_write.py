"""Writes to pages mapped read-only: reuse the page, or copy it [4.9 to 6.19 mm/memory.c].

`do_wp_page` is entered with the page table locked, and unlocks it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.kernel.history.mm import WpReuse
from targets.linux.machine.errno import ENOMEM, VM_FAULT_OOM, Refusal
from targets.linux.machine.gfp import GFP_HIGHUSER_MOVABLE
from targets.linux.machine.page import PAGE_BYTES_READ, copy_page
from targets.linux.mm.mm_struct import MappedPte, set_pte
from targets.linux.mm.references import get_page, put_page
from targets.linux.mm.rmap import page_add_new_anon_rmap, page_remove_rmap
from targets.linux.swap.cache import free_swap_cache, page_count, try_to_free_swap
from targets.linux.swap.counts import page_swapcount
from targets.linux.swap.reuse import Reuse, reuse_swap_page

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore

COPY_PAGE: Final = fault_point(
    "wp_page_copy.page", "a page to copy into", ENOMEM, capability="fail_page_alloc"
)

REFERENCES_WORTH_A_LOOK: Final = 3
"""More than a mapping, the swap cache and one passer-by mean that others have the page."""


def do_wp_page(core: SwapCore, mm: MmStruct, index: int, pte: MappedPte) -> None:
    """Handle a write to a page that `pte` maps read-only, and unlock the page table."""
    page = pte.page
    match core.machine.kernel.features.wp_reuse:
        case WpReuse.SWAP_COUNT:
            verdict = reuse_by_swap_count(core, mm, index, pte)
            if verdict is None:
                return
        case WpReuse.PAGE_COUNT:
            verdict = reuse_by_page_count(core, page)
        case WpReuse.UNSHARED_SWAPCACHE:
            verdict = reuse_unshared_swapcache(core, page)
        case WpReuse.EXCLUSIVE:
            verdict = reuse_by_exclusiveness(core, page)
    if verdict is Reuse.IN_PLACE:
        wp_page_reuse(mm, index, pte)
        mm.ptl.release()
        return
    get_page(page)
    mm.ptl.release()
    wp_page_copy(core, mm, index, pte, stable=verdict is Reuse.STABLE)


def reuse_by_swap_count(core: SwapCore, mm: MmStruct, index: int, pte: MappedPte) -> Reuse | None:
    """Wait for the page lock, then ask reuse_swap_page [until 5.8].

    None when the entry changed meanwhile; the page table is then unlocked.
    """
    page = pte.page
    if page.ksm and not ksm_page_may_be_taken(core, page):
        return Reuse.SHARED
    if not page.lock.try_acquire() and not lock_page_again(core, mm, index, pte):
        return None
    verdict = reuse_ksm_page(core, page, index) if page.ksm else reuse_swap_page(core, page)
    page.lock.release()
    return verdict


def lock_page_again(core: SwapCore, mm: MmStruct, index: int, pte: MappedPte) -> bool:
    """Sleep for the page lock, with the page table unlocked; False if the entry has changed."""
    page = pte.page
    get_page(page)
    mm.ptl.release()
    page.lock.acquire()
    mm.ptl.acquire()
    same = mm.page_table.get(index) == pte
    if not same:
        page.lock.release()
        mm.ptl.release()
    put_page(core, page)
    return same


def ksm_page_may_be_taken(core: SwapCore, page: Page) -> bool:
    """Whether it is worth locking a KSM page to see if this process alone is left with it."""
    taking = core.machine.kernel.features.ksm_reuse
    return taking and not page.swapcache and page.refcount == 1


def reuse_ksm_page(core: SwapCore, page: Page, index: int) -> Reuse:
    """Turn a locked KSM page that nothing else holds into an ordinary one [5.1 to 5.8]."""
    if not ksm_page_may_be_taken(core, page):
        return Reuse.SHARED
    page.ksm = False
    page.index = index
    return Reuse.IN_PLACE


def reuse_by_page_count(core: SwapCore, page: Page) -> Reuse:
    """Reuse a page that nothing but this mapping holds [5.9 to 5.17]; never wait for it."""
    if page.ksm or page_count(core, page) != 1 or not page.lock.try_acquire():
        return why_not(page)
    alone = not page.ksm and page.mapcount == 1 and page_count(core, page) == 1
    page.lock.release()
    return Reuse.IN_PLACE if alone else why_not(page)


def reuse_unshared_swapcache(core: SwapCore, page: Page) -> Reuse:
    """Reuse a page that nothing but this mapping and the swap cache holds [proposed for 5.17].

    It stays in the swap cache, whoever is busy with it there; reuse_swap_page is not asked.
    """
    if page.ksm or page_count(core, page) > 1 + page.swapcache or not page.lock.try_acquire():
        return why_not(page)
    alone = not page.ksm and page.mapcount == 1 and page_count(core, page) == 1 + page.swapcache
    if alone and page.swapcache:
        alone = not page_swapcount(core, page)
        if alone and page.writeback:
            page.origin.let_go_by = do_wp_page.__name__
    page.lock.release()
    return Reuse.IN_PLACE if alone else why_not(page)


def reuse_by_exclusiveness(core: SwapCore, page: Page) -> Reuse:
    """Reuse a page that is marked exclusive, or that leaves the swap cache held once [5.19].

    A page under writeback stays in the swap cache, and is copied: writers never wait for a device.
    """
    if page.anon_exclusive:
        return Reuse.IN_PLACE
    count = page_count(core, page)
    if page.ksm or count > REFERENCES_WORTH_A_LOOK or count > 1 + page.swapcache:
        return why_not(page)
    if not page.lock.try_acquire():
        return why_not(page)
    try_to_free_swap(core, page)
    alone = not page.ksm and page_count(core, page) == 1
    page.anon_exclusive = alone
    page.lock.release()
    return Reuse.IN_PLACE if alone else why_not(page)


def why_not(page: Page) -> Reuse:
    """Say why a page is copied, for our counters: only the device had it, or others, too."""
    device_only = page.swapcache and page.writeback and page.mapcount == 1
    return Reuse.STABLE if device_only else Reuse.SHARED


def wp_page_reuse(mm: MmStruct, index: int, pte: MappedPte) -> None:
    """Let the process write to the page that it has."""
    set_pte(mm, index, replace(pte, writable=True, dirty=True))


def wp_page_copy(core: SwapCore, mm: MmStruct, index: int, pte: MappedPte, *, stable: bool) -> None:
    """Give the process a page of its own; the caller's reference to the old one is dropped.

    `stable` says that only the device was in the way of reusing the old one.
    """
    old = pte.page
    new = core.memory.alloc_page(GFP_HIGHUSER_MOVABLE, COPY_PAGE)
    if new is None:
        put_page(core, old)
        raise Refusal(VM_FAULT_OOM)
    copy_user_page(core, new, old)
    with mm.ptl:
        copied = mm.page_table.get(index) == pte
        if copied:
            set_pte(mm, index, MappedPte(new, writable=True, dirty=True))
            page_add_new_anon_rmap(core, new, mm, index)
            page_remove_rmap(core, old, mm, index)
            core.counters.wp_copies += 1
            core.counters.stable_copies += stable
            if core.world.watched:
                core.world.tell(f"page {index} is copied, and the copy mapped writable")
        put_page(core, old if copied else new)
    if copied and core.machine.kernel.features.cow_frees_swap_cache:
        free_swap_cache(core, old)
    if not (copied and stable and core.machine.kernel.features.stable_copy_keeps_page):
        put_page(core, old)


def copy_user_page(core: SwapCore, new: Page, old: Page) -> None:
    """Copy the bytes of a page (copy_user_highpage)."""
    core.world.reach(PAGE_BYTES_READ, old.pfn)
    copy_page(new, old)
    new.uptodate = True
