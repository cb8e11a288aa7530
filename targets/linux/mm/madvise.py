"""madvise: a process says what it thinks of its memory [4.9 to 6.19 mm/madvise.c]."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from targets.linux.machine.errno import EINVAL, Refusal
from targets.linux.mm.exit import mmget, mmput
from targets.linux.mm.mm_struct import MappedPte, SwapPte, read_locked_pte, set_pte
from targets.linux.mm.pins import note_unmapped
from targets.linux.mm.reclaim import isolate, shrink_page_list
from targets.linux.mm.rmap import page_remove_rmap
from targets.linux.swap.cache import free_page_and_swap_cache, free_swap_and_cache

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore


def madvise_dontneed(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Drop a page of a process: its next look finds zeros.

    EINVAL for a page that is mlocked; SIGSEGV if the process has ended.
    """
    mmget(mm)
    try:
        with mm.mmap_sem.reading():
            mm.vmas.read()
            if index in mm.vm_locked:
                raise Refusal(EINVAL)
            page = zap_pte(core, mm, index)
            if page is not None:
                free_page_and_swap_cache(core, page)
    finally:
        mmput(core, mm)


def madvise_pageout(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Reclaim a page of the process itself, if no other maps it; who asks does not hear if it went.

    EINVAL before 5.4 and for a page that is mlocked; SIGSEGV if the process has ended.
    """
    mmget(mm)
    try:
        with mm.mmap_sem.reading():
            mm.vmas.read()
            if not core.machine.kernel.features.madvise_pageout or index in mm.vm_locked:
                raise Refusal(EINVAL)
            reclaim_pages(core, isolate_own_page(core, mm, index))
    finally:
        mmput(core, mm)


def isolate_own_page(core: SwapCore, mm: MmStruct, index: int) -> list[Page]:
    """Take a mapped page that no other process maps off the LRU list, with a reference."""
    with mm.ptl:
        pte = read_locked_pte(mm, index)
        if not isinstance(pte, MappedPte) or pte.page.mapcount != 1:
            return []
        return [pte.page] if isolate(core, pte.page) else []


def reclaim_pages(core: SwapCore, pages: list[Page]) -> None:
    """Reclaim isolated pages on behalf of a process."""
    reclaiming = core.machine.kernel.features.pageout_is_reclaim
    with core.memory.fs_reclaim.memalloc() if reclaiming else nullcontext():
        shrink_page_list(core, pages)


def zap_pte(core: SwapCore, mm: MmStruct, index: int) -> Page | None:
    """Empty one page table entry; return the page that it mapped, with that reference."""
    with mm.ptl:
        pte = mm.page_table.get(index)
        if isinstance(pte, SwapPte):
            free_swap_and_cache(core, pte.entry)
        set_pte(mm, index, None)
        mm.last_written.drop(index)
        note_unmapped(core, mm, index)
        if isinstance(pte, MappedPte):
            page_remove_rmap(core, pte.page, mm, index)
            return pte.page
    return None
