"""Reverse mapping: where a page is mapped, and how it is unmapped everywhere [4.9 mm/rmap.c].

The kernel finds the places through anon_vma; here they are listed.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from targets.linux.machine.errno import Refusal
from targets.linux.machine.oops import bug
from targets.linux.machine.page import NOT_ANON
from targets.linux.mm.exclusive import exclusive_pages_are_tracked
from targets.linux.mm.mm_struct import MappedPte, SwapPte, ptep_clear_flush, set_pte
from targets.linux.mm.mmlist import add_to_mmlist
from targets.linux.mm.references import put_page
from targets.linux.swap.counts import swap_duplicate

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore


class Unmapped(Enum):
    """What try_to_unmap came to."""

    SUCCESS = "nothing maps the page any more"
    AGAIN = "a mapping came while the others went"
    MLOCK = "a process wants the page to stay in memory"
    FAIL = "a swap count could not be raised"


def page_add_anon_rmap(
    core: SwapCore, page: Page, mm: MmStruct, index: int, *, exclusive: bool = False
) -> None:
    """Note a mapping that was just made, or is about to be; the page table is locked."""
    core.rmap.setdefault(page.pfn, []).append((mm, index))
    page.mapcount += 1
    if page.index == NOT_ANON:
        page.index = index
    elif not page.ksm and page.index != index:  # __page_check_anon_rmap
        bug(core.world, f"the page of index {page.index} is mapped at index {index}")
    if exclusive:
        page.anon_exclusive = exclusive_pages_are_tracked(core.machine.kernel)


def page_add_new_anon_rmap(core: SwapCore, page: Page, mm: MmStruct, index: int) -> None:
    """Note the first mapping of a page that nobody else knows."""
    page_add_anon_rmap(core, page, mm, index, exclusive=True)


def page_remove_rmap(core: SwapCore, page: Page, mm: MmStruct, index: int) -> None:
    """Forget a mapping that was just removed; the page table is locked."""
    places = core.rmap[page.pfn]
    places.remove((mm, index))
    if not places:
        del core.rmap[page.pfn]
    page.mapcount -= 1


def anon_pages(core: SwapCore) -> list[Page]:
    """Return every anonymous page: first those that are mapped, as they were mapped first."""
    mapped = [core.memory.page(pfn) for pfn in core.rmap]
    cached = [page for space in core.spaces for page in space.pages.values() if not page.mapcount]
    return mapped + cached


def is_mlocked(core: SwapCore, page: Page) -> bool:
    """Whether a process that maps the page wants it to stay in memory (PageMlocked)."""
    return any(index in mm.vm_locked for mm, index in core.rmap.get(page.pfn, ()))


def try_to_unmap(core: SwapCore, page: Page) -> Unmapped:
    """Replace every mapping of a locked page in the swap cache by its swap entry.

    The first one that is mlocked ends that; those that went before stay gone.
    """
    for mm, index in tuple(core.rmap.get(page.pfn, ())):
        if index in mm.vm_locked:
            return Unmapped.MLOCK
        if not try_to_unmap_one(core, page, mm, index):
            return Unmapped.FAIL
    return Unmapped.AGAIN if page.mapcount else Unmapped.SUCCESS


def try_to_unmap_one(core: SwapCore, page: Page, mm: MmStruct, index: int) -> bool:
    """Replace one mapping; False when there is no memory to count it.

    The entry is cleared first (ptep_clear_flush): from then on no processor writes to the page.
    That nobody else had the page is then said by the swap entry, and no longer by the page.
    """
    with mm.ptl:
        pte = mm.page_table.get(index)
        if not isinstance(pte, MappedPte) or pte.page is not page:
            return True
        if page.pins and core.machine.kernel.features.pinned_stays_mapped:
            return False
        pte = ptep_clear_flush(mm, index)
        assert isinstance(pte, MappedPte), "the lock keeps the page mapped"
        page.dirty = page.dirty or pte.dirty
        try:
            swap_duplicate(core, page.private)
        except Refusal:
            set_pte(mm, index, pte)
            return False
        add_to_mmlist(core, mm)
        set_pte(mm, index, SwapPte(page.private, exclusive=page.anon_exclusive))
        page.anon_exclusive = False
        page_remove_rmap(core, page, mm, index)
        put_page(core, page)
        return True
