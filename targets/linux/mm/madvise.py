"""madvise: a process says what it thinks of its memory [4.9 mm/madvise.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.mm.exit import mmget, mmput
from targets.linux.mm.mm_struct import MappedPte, SwapPte, set_pte
from targets.linux.mm.rmap import page_remove_rmap
from targets.linux.swap.cache import free_page_and_swap_cache, free_swap_and_cache

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore


def madvise_dontneed(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Drop a page of a process: its next look finds zeros. SIGSEGV if the process has ended."""
    mmget(mm)
    try:
        with mm.mmap_sem.reading():
            page = zap_pte(core, mm, index)
            if page is not None:
                free_page_and_swap_cache(core, page)
    finally:
        mmput(core, mm)


def zap_pte(core: SwapCore, mm: MmStruct, index: int) -> Page | None:
    """Empty one page table entry; return the page that it mapped, with that reference."""
    with mm.ptl:
        pte = mm.page_table.get(index)
        if isinstance(pte, SwapPte):
            free_swap_and_cache(core, pte.entry)
        set_pte(mm, index, None)
        mm.last_written.pop(index, None)
        if isinstance(pte, MappedPte):
            page_remove_rmap(core, pte.page, mm, index)
            return pte.page
    return None
