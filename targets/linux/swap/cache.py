"""The swap cache: which page holds, or will soon hold, what a slot holds [4.9 mm/swap_state.c].

A page in the cache has a reference of the cache, PG_swapcache, and its entry in `private`.
The page lock keeps it there; only a lookup goes without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point, fault_point
from fuzz.world.shared_containers import read_once
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_ATOMIC
from targets.linux.machine.page import page_ref_dec, page_under_writeback
from targets.linux.machine.slab import failslab_exempt
from targets.linux.mm.references import get_page, put_page
from targets.linux.swap.area import SWAP_HAS_CACHE, swp_offset
from targets.linux.swap.core import vm_swap_full
from targets.linux.swap.counts import (
    ONE_REFERENCE,
    finish_free,
    page_swapcount,
    swap_entry_free,
    swap_info_get,
    swapcache_free,
)

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.swap.area import Entry
    from targets.linux.swap.core import SwapCore

SWAP_CACHE: Final = "swap cache"
LOOKUP: Final = Point(
    "swap_cache.lookup",
    "find_get_page: look in the swap cache, and hold the page found",
    Access.WRITE,
    SWAP_CACHE,
)
"""A lookup takes a reference, so it does not commute with those who count them."""
INSERT: Final = Point(
    "swap_cache.insert", "put a page into the swap cache", Access.WRITE, SWAP_CACHE
)
DELETE: Final = Point(
    "swap_cache.delete", "take a page out of the swap cache", Access.WRITE, SWAP_CACHE
)
COUNT_REFERENCES: Final = Point(
    "swap_cache.count", "page_count: does anybody else hold the page?", Access.READ, SWAP_CACHE
)
NODE: Final = fault_point(
    "swap_cache.node", "a radix tree node, from atomic reserves", ENOMEM, capability="failslab"
)


def page_count(core: SwapCore, page: Page) -> int:
    """Return how many references a page has; one in the swap cache can be looked up any moment."""
    if page.swapcache:
        core.world.reach(COUNT_REFERENCES, page.private)
    return page.refcount


def lookup_swap_cache(core: SwapCore, entry: Entry) -> Page | None:
    """Return the page of an entry with a reference for the caller, not locked."""
    core.world.reach(LOOKUP, entry)
    page = read_once(core.space(entry).pages, swp_offset(entry))
    if page is not None:
        get_page(page)
    return page


def add_to_swap_cache(core: SwapCore, page: Page, entry: Entry, *, preloaded: bool) -> None:
    """Insert a locked page (__add_to_swap_cache).

    It refuses with ENOMEM for want of a tree node, which cannot happen to who has preloaded one.
    """
    assert page.lock.locked, "a page enters the swap cache locked"
    assert not page.swapcache, "a page is in the swap cache once"
    get_page(page)
    page.swapcache = True
    page.private = entry
    space = core.space(entry)
    with space.tree_lock:
        exempt = failslab_exempt(GFP_ATOMIC)
        failed = not preloaded and core.world.fault(NODE, entry, exempt=exempt) is not None
        if not failed:
            core.world.reach(INSERT, entry)
            assert swp_offset(entry) not in space.pages, "SWAP_HAS_CACHE admits one page"
            space.pages[swp_offset(entry)] = page
            space.reservations.wake_all()
    if failed:
        page.private = 0
        page.swapcache = False
        page_ref_dec(page)
        raise Refusal(ENOMEM)


def delete_page_from_space(core: SwapCore, page: Page) -> None:
    """Remove a page with the tree lock held (__delete_from_swap_cache); its slot stays reserved."""
    assert page.swapcache, "a page that leaves the swap cache was in it"
    assert not page.writeback, "a page under writeback stays in the swap cache"
    del core.space(page.private).pages[swp_offset(page.private)]
    page.private = 0
    page.swapcache = False


def delete_from_swap_cache(core: SwapCore, page: Page) -> None:
    """Remove a locked page, free its slot if nobody else needs it, drop the cache's reference."""
    entry = page.private
    with core.space(entry).tree_lock:
        core.world.reach(DELETE, entry)
        delete_page_from_space(core, page)
    swapcache_free(core, entry)
    put_page(core, page)


def try_to_free_swap(core: SwapCore, page: Page) -> bool:
    """Remove a locked page whose slot no page table needs, if no I/O is under way."""
    if not page.swapcache or page_under_writeback(page) or page_swapcount(core, page):
        return False
    delete_from_swap_cache(core, page)
    page.dirty = True
    return True


def free_swap_and_cache(core: SwapCore, entry: Entry) -> None:
    """Drop the reference of a page table entry that goes, and the cached page if it was the last.

    Runs atomically: a page that is locked, or under writeback, stays for reclaim to find.
    """
    area = swap_info_get(core, entry)
    page = None
    with area.lock:
        left = swap_entry_free(core, area, entry, ONE_REFERENCE)
        if left == SWAP_HAS_CACHE:
            page = lookup_swap_cache(core, entry)
            if page is not None and not page.lock.try_acquire():
                put_page(core, page)
                page = None
    finish_free(core, entry, left)
    if page is None:
        return
    idle = page.swapcache and not page_under_writeback(page)
    if idle and (not page.mapcount or vm_swap_full(core)):
        delete_from_swap_cache(core, page)
        page.dirty = True
    page.lock.release()
    put_page(core, page)


def free_swap_cache(core: SwapCore, page: Page) -> None:
    """Give up a page's place in the swap cache if nobody maps it any more, or needs its slot."""
    if page.swapcache and not page.mapcount and page.lock.try_acquire():
        try_to_free_swap(core, page)
        page.lock.release()


def free_page_and_swap_cache(core: SwapCore, page: Page) -> None:
    """Drop a reference to a page, and its place in the swap cache if nobody maps it any more."""
    free_swap_cache(core, page)
    put_page(core, page)
