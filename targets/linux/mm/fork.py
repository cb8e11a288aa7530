"""fork: the child shares the parent's pages until somebody writes [4.9 mm/memory.c]."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point, fault_point
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.slab import failslab_exempt
from targets.linux.mm.exit import exit_mm, mmget, mmput
from targets.linux.mm.mm_struct import MappedPte, PoisonedPte, SwapPte, ptep_set_wrprotect, set_pte
from targets.linux.mm.mmlist import add_to_mmlist, mm_alloc
from targets.linux.mm.pins import note_shared
from targets.linux.mm.references import get_page
from targets.linux.mm.rmap import page_add_anon_rmap
from targets.linux.swap.counts import add_swap_count_continuation, swap_duplicate

if TYPE_CHECKING:
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.area import Entry
    from targets.linux.swap.core import SwapCore

NEXT_AREA: Final = fault_point(
    "fork.next_area",
    "the next memory area of the child (vm_area_dup)",
    ENOMEM,
    capability="failslab",
)

FAILED: Final = Point(
    "fork.failed", "the child of a fork that failed is about to go", Access.WRITE, "mm_users"
)


def fork(core: SwapCore, parent: MmStruct) -> MmStruct:
    """Copy a process's memory (dup_mm); ENOMEM without memory for that, or SIGSEGV.

    A child that is half copied goes at once; until then others may find it.
    """
    mmget(parent)
    child = mm_alloc(core)
    try:
        with parent.mmap_sem.writing(), child.mmap_sem.writing_nested():
            parent.vmas.read()
            child.vmas.write()
            dup_mmap(core, parent, child)
    except Refusal:
        core.world.reach(FAILED, child.number)
        exit_mm(core, child)
        raise
    finally:
        mmput(core, parent)
    return child


def dup_mmap(core: SwapCore, parent: MmStruct, child: MmStruct) -> None:
    """Copy the memory areas, of which only the first has pages here; mark a child that fails."""
    child.vm_mergeable.update(parent.vm_mergeable)
    child.vm_soft_dirty = parent.vm_soft_dirty
    try:
        copy_page_range(core, parent, child)
        core.memory.fs_reclaim.might_alloc(GFP_KERNEL)
        exempt = failslab_exempt(GFP_KERNEL)
        if core.world.fault(NEXT_AREA, child.number, exempt=exempt) is not None:
            raise Refusal(ENOMEM)
    except Refusal:
        child.half_copied = True
        raise


def copy_page_range(core: SwapCore, parent: MmStruct, child: MmStruct) -> None:
    """Copy the page table; when a swap count is full, make room for it without the locks."""
    left = sorted(parent.page_table)
    while left:
        entry = copy_pte_range(core, parent, child, left)
        if entry:
            add_swap_count_continuation(core, entry, GFP_KERNEL)


def copy_pte_range(core: SwapCore, parent: MmStruct, child: MmStruct, left: list[int]) -> Entry:
    """Copy the entries at the indices `left`, taking each off; stop at a full swap count.

    Return the swap entry whose count is full, or 0.
    """
    with child.ptl, parent.ptl.nested():
        while left:
            entry = copy_one_pte(core, parent, child, left[0])
            if entry:
                return entry
            left.pop(0)
    return 0


def copy_one_pte(core: SwapCore, parent: MmStruct, child: MmStruct, index: int) -> Entry:
    """Copy one entry, with both page tables locked; return the entry of a full swap count, or 0.

    Two processes have the page now, so neither is left with a mark that it is exclusive.
    What the process last wrote is copied in the step that copies the page table entry.
    """
    pte = parent.page_table.get(index)
    match pte:
        case SwapPte(entry=entry):
            try:
                swap_duplicate(core, entry)
            except Refusal:
                return entry
            note_shared(core, parent, index)
            add_to_mmlist(core, child, parent)
            if pte.exclusive:
                pte = SwapPte(entry)
                set_pte(parent, index, pte)
        case MappedPte(page=page):
            note_shared(core, parent, index)
            if pte.writable:
                ptep_set_wrprotect(parent, index)
                pte = replace(pte, writable=False)
            get_page(page)
            page.anon_exclusive = False
            page_add_anon_rmap(core, page, child, index)
        case PoisonedPte():
            pass
        case None:
            return 0
    set_pte(child, index, pte)
    if index in parent.soft_dirty:
        child.soft_dirty[index] = None
    if index in parent.written:
        child.written[index] = None
    child.last_written.inherit(index, parent.last_written)
    return 0
