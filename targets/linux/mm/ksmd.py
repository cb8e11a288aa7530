"""ksmd: finds mergeable pages that are equal, and makes one of them [4.9 to 6.19 mm/ksm.c].

Pages are compared by contents alone: the kernel keeps two trees for that, and waits until
a page has not changed for a while; here one scan merges whatever is equal when it comes by.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from targets.linux.machine.errno import Refusal
from targets.linux.machine.page import PAGE_BYTES_READ
from targets.linux.mm.exit import mmput
from targets.linux.mm.mergeable import break_ksm
from targets.linux.mm.mm_struct import (
    MappedPte,
    mmget_not_zero,
    ptep_clear_flush,
    read_locked_pte,
    set_pte,
)
from targets.linux.mm.references import get_page, put_page
from targets.linux.mm.rmap import anon_pages, page_add_anon_rmap, page_remove_rmap
from targets.linux.swap.cache import page_count, try_to_free_swap

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore


@dataclass(frozen=True, slots=True)
class RmapItem:
    """A place that ksmd looks at."""

    mm: MmStruct
    index: int


def ksm_do_scan(core: SwapCore) -> int:
    """Look at every mergeable page once; return how many places got the page of another."""
    seen: list[RmapItem] = []
    merged = 0
    for mm in tuple(core.mms):
        for index in sorted(mm.vm_mergeable):
            if not mmget_not_zero(mm):
                break
            merged += scan_place(core, RmapItem(mm, index), seen)
            mmput(core, mm)
    return merged


def scan_place(core: SwapCore, item: RmapItem, seen: list[RmapItem]) -> bool:
    """Merge the page at a place with an equal one that was found before, or remember the place."""
    page = get_mapped_page(item)
    if page is None:
        return False
    merged = not page.ksm and cmp_and_merge_page(core, item, page, seen)
    if not merged:
        seen.append(item)
    put_page(core, page)
    return merged


def get_mapped_page(item: RmapItem) -> Page | None:
    """Return the page that is mapped at a place, with a reference (follow_page)."""
    with item.mm.mmap_sem.reading(), item.mm.ptl:
        item.mm.vmas.read()
        pte = read_locked_pte(item.mm, item.index)
        if not isinstance(pte, MappedPte):
            return None
        get_page(pte.page)
        return pte.page


def cmp_and_merge_page(core: SwapCore, item: RmapItem, page: Page, seen: list[RmapItem]) -> bool:
    """Merge a page with a KSM page, or with one that makes a KSM page with it."""
    kpage = stable_tree_search(core, page)
    if kpage is not None:
        merged = try_to_merge_with_ksm_page(core, item, page, kpage)
        put_page(core, kpage)
        return merged
    return any(merge_with_place(core, (item, page), other) for other in seen)


def merge_with_place(core: SwapCore, one: tuple[RmapItem, Page], other: RmapItem) -> bool:
    """Merge a page with the one that is mapped at another place now, if they are equal."""
    if not mmget_not_zero(other.mm):
        return False
    merged = False
    tree_page = get_mapped_page(other)
    if tree_page is not None:
        equal = tree_page is not one[1] and identical(core, one[1], tree_page)
        merged = equal and try_to_merge_two_pages(core, one, (other, tree_page))
        put_page(core, tree_page)
    mmput(core, other.mm)
    return merged


def stable_tree_search(core: SwapCore, page: Page) -> Page | None:
    """Return a KSM page of the same contents, with a reference."""
    for kpage in anon_pages(core):
        if kpage.ksm and kpage is not page and kpage.refcount:
            get_page(kpage)
            if identical(core, page, kpage):
                return kpage
            put_page(core, kpage)
    return None


def identical(core: SwapCore, one: Page, other: Page) -> bool:
    """Compare the bytes of two pages (pages_identical)."""
    core.world.reach(PAGE_BYTES_READ, one.pfn)
    core.world.reach(PAGE_BYTES_READ, other.pfn)
    return one.bytes == other.bytes


def try_to_merge_two_pages(
    core: SwapCore, one: tuple[RmapItem, Page], other: tuple[RmapItem, Page]
) -> bool:
    """Make the first page a KSM page, and let the other place have it, too; undo that if it fails.

    Both places are those of a page that was equal a moment ago.
    """
    (item, page), (tree_item, tree_page) = one, other
    if not try_to_merge_with_ksm_page(core, item, page, None):
        return False
    if try_to_merge_with_ksm_page(core, tree_item, tree_page, page):
        return True
    break_cow(core, item)
    return False


def break_cow(core: SwapCore, item: RmapItem) -> None:
    """Part from a KSM page again; without memory for that the place keeps it, and no harm done."""
    with item.mm.mmap_sem.reading(), suppress(Refusal):
        break_ksm(core, item.mm, item.index)


def try_to_merge_with_ksm_page(
    core: SwapCore, item: RmapItem, page: Page, kpage: Page | None
) -> bool:
    """Replace a page by a KSM page of equal contents; without one, make it a KSM page itself."""
    with item.mm.mmap_sem.reading():
        item.mm.vmas.read()
        if not item.mm.alive or item.index not in item.mm.vm_mergeable:
            return False
        return page is kpage or try_to_merge_one_page(core, item, page, kpage)


def try_to_merge_one_page(core: SwapCore, item: RmapItem, page: Page, kpage: Page | None) -> bool:
    """Write-protect a page, then merge it; False when it is locked, or others use it."""
    if not page.lock.try_acquire():
        return False
    orig_pte = write_protect_page(core, item, page)
    merged = False
    if orig_pte is not None and kpage is None:
        page.ksm = True
        page.dirty = True
        merged = True
    elif orig_pte is not None and kpage is not None and identical(core, page, kpage):
        merged = replace_page(core, item, orig_pte, kpage)
    page.lock.release()
    return merged


def write_protect_page(core: SwapCore, item: RmapItem, page: Page) -> MappedPte | None:
    """Make a locked page read-only and clean at a place; None when somebody does I/O on it."""
    mm, index = item.mm, item.index
    with mm.ptl:
        pte = mm.page_table.get(index)
        if not isinstance(pte, MappedPte) or pte.page is not page:
            return None
        if not pte.writable and not pte.dirty and not page.anon_exclusive:
            return pte
        pte = ptep_clear_flush(mm, index)
        assert isinstance(pte, MappedPte), "the lock keeps the page mapped"
        if page.mapcount + 1 + page.swapcache != page_count(core, page):
            set_pte(mm, index, pte)
            return None
        page.anon_exclusive = False
        page.dirty = page.dirty or pte.dirty
        protected = replace(pte, writable=False, dirty=False)
        set_pte(mm, index, protected)
        return protected


def replace_page(core: SwapCore, item: RmapItem, orig_pte: MappedPte, kpage: Page) -> bool:
    """Let a place have a KSM page instead of its own, which is locked."""
    mm, index, page = item.mm, item.index, orig_pte.page
    with mm.ptl:
        if mm.page_table.get(index) != orig_pte:
            return False
        get_page(kpage)
        page_add_anon_rmap(core, kpage, mm, index)
        set_pte(mm, index, MappedPte(kpage, writable=False, dirty=False))
        page_remove_rmap(core, page, mm, index)
        if not page.mapcount:
            try_to_free_swap(core, page)
        put_page(core, page)
    if core.world.watched:
        core.world.tell(f"page {index} of process {mm.number} is merged")
    return True
