"""The end of a process's memory [4.9 kernel/fork.c, mm/mmap.c, mm/memory.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.machine.errno import SIGSEGV, Refusal
from targets.linux.mm.mm_struct import MappedPte, PoisonedPte, SwapPte, mmget_not_zero, set_pte
from targets.linux.mm.mmlist import remove_from_mmlist
from targets.linux.mm.pins import note_unmapped
from targets.linux.mm.rmap import page_remove_rmap
from targets.linux.swap.cache import free_page_and_swap_cache, free_swap_and_cache

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore


def exit_mm(core: SwapCore, mm: MmStruct) -> None:
    """End a process; its memory goes when no task is busy with it. SIGSEGV if it has ended."""
    if not mm.alive:
        raise Refusal(SIGSEGV)
    mm.alive = False
    mmput(core, mm)


def mmget(mm: MmStruct) -> None:
    """Become a user of a process's memory, as a thread of it; SIGSEGV if the process has ended."""
    if not mm.alive or not mmget_not_zero(mm):
        raise Refusal(SIGSEGV)


def mmput(core: SwapCore, mm: MmStruct) -> None:
    """Stop being a user of the memory; the last one takes it down.

    Nobody says that the lock of the page table goes: reclaim takes it here to find a page,
    where the kernel has lists and the locks of the rmap, which outlive who waits for them.
    """
    mm.references.dropped(mm.number, mm.users)
    mm.users -= 1
    if not mm.users:
        exit_mmap(core, mm)
        remove_from_mmlist(core, mm)
        mm.mmap_sem.destroy()


def exit_mmap(core: SwapCore, mm: MmStruct) -> None:
    """Unmap everything, then free the pages that were mapped."""
    for page in zap_pte_range(core, mm):
        free_page_and_swap_cache(core, page)


def zap_pte_range(core: SwapCore, mm: MmStruct) -> list[Page]:
    """Empty the page table and return the pages, each with the reference of its mapping."""
    pages: list[Page] = []
    with mm.ptl:
        for index in sorted(mm.page_table):
            note_unmapped(core, mm, index)
            match mm.page_table[index]:
                case MappedPte(page=page):
                    set_pte(mm, index, None)
                    page_remove_rmap(core, page, mm, index)
                    pages.append(page)
                case SwapPte(entry=entry):
                    free_swap_and_cache(core, entry)
                    set_pte(mm, index, None)
                case PoisonedPte():
                    set_pte(mm, index, None)
    return pages
