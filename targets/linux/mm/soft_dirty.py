"""Soft-dirty bits: which pages a process has written to since somebody asked [fs/proc/task_mmu.c].

A bit of each page table entry, of a swap entry too; who clears it takes the right to write away,
so that the next write faults, and sets it again. That is how a checkpoint finds what has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.mm.exit import mmget, mmput
from targets.linux.mm.mm_struct import MappedPte, ptep_set_wrprotect, read_pte

if TYPE_CHECKING:
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore


def clear_refs(core: SwapCore, mm: MmStruct) -> None:
    """Write 4 to /proc/PID/clear_refs: from now on pages that are written to are noted.

    A page that a device writes to is left alone, as from 5.11 on: it counts as written to.
    """
    mmget(mm)
    try:
        with mm.mmap_sem.writing():
            mm.vmas.write()
            for index in sorted(mm.page_table):
                clear_soft_dirty(mm, index)
            mm.vm_soft_dirty = False
    finally:
        mmput(core, mm)


def clear_soft_dirty(mm: MmStruct, index: int) -> None:
    """Clear the bit of one entry, and let the next write to its page fault."""
    with mm.ptl:
        pte = mm.page_table.get(index)
        if isinstance(pte, MappedPte):
            if pte.page.pins:
                return
            ptep_set_wrprotect(mm, index)
        mm.soft_dirty.pop(index, None)
        mm.written.pop(index, None)


def is_soft_dirty(mm: MmStruct, index: int) -> bool:
    """Whether a page counts as written to; all do before bits are cleared for the first time."""
    return mm.vm_soft_dirty or index in mm.soft_dirty


def pagemap_read(core: SwapCore, mm: MmStruct, index: int) -> bool:
    """Read the bit of a page from /proc/PID/pagemap."""
    mmget(mm)
    try:
        with mm.mmap_sem.reading():
            mm.vmas.read()
            read_pte(mm, index)
            return is_soft_dirty(mm, index)
    finally:
        mmput(core, mm)
