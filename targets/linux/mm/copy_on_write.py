"""Writes to pages mapped read-only: reuse the page, or copy it [4.9 mm/memory.c]."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.machine.errno import ENOMEM, VM_FAULT_OOM, Refusal
from targets.linux.machine.gfp import GFP_HIGHUSER_MOVABLE
from targets.linux.machine.page import PAGE_BYTES_READ
from targets.linux.mm.mm_struct import MappedPte, set_pte
from targets.linux.mm.references import get_page, put_page
from targets.linux.mm.rmap import page_add_anon_rmap, page_remove_rmap
from targets.linux.swap.reuse import Reuse, reuse_swap_page

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore

COPY_PAGE: Final = fault_point(
    "wp_page_copy.page", "a page to copy into", ENOMEM, capability="fail_page_alloc"
)


def do_wp_page(core: SwapCore, mm: MmStruct, index: int, pte: MappedPte) -> None:
    """Handle a write to a page that `pte` maps read-only, and unlock the page table."""
    page = pte.page
    if not page.lock.try_acquire() and not lock_page_again(core, mm, index, pte):
        return
    verdict = reuse_swap_page(core, page)
    page.lock.release()
    if verdict is Reuse.IN_PLACE:
        wp_page_reuse(mm, index, pte)
        mm.ptl.release()
        return
    get_page(page)
    mm.ptl.release()
    wp_page_copy(core, mm, index, pte, stable=verdict is Reuse.STABLE)


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
    cow_user_page(core, new, old)
    with mm.ptl:
        unneeded = new
        if mm.page_table.get(index) == pte:
            set_pte(mm, index, MappedPte(new, writable=True, dirty=True))
            page_add_anon_rmap(core, new, mm, index)
            page_remove_rmap(core, old, mm, index)
            core.counters.wp_copies += 1
            core.counters.stable_copies += stable
            if core.world.watched:
                core.world.tell(f"page {index} is copied, and the copy mapped writable")
            unneeded = old
        put_page(core, unneeded)
    put_page(core, old)


def cow_user_page(core: SwapCore, new: Page, old: Page) -> None:
    """Copy the bytes of a page."""
    core.world.reach(PAGE_BYTES_READ, old.pfn)
    new.bytes[:] = old.bytes
    new.uptodate = True
