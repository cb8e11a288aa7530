"""Loads and stores as a processor does them.

The access is announced, then checked and done in one step: the page table entry may have changed
while others ran. What it does not allow becomes a fault, and then the access is tried again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fuzz.world.cell import Unseen
from fuzz.world.shared_containers import read_once
from targets.linux.machine.page import PAGE_BYTES_READ, PAGE_BYTES_WRITE, PAGE_SIZE, fill_page
from targets.linux.machine.sanitizers import use_page_bytes
from targets.linux.mm.exit import mmget, mmput
from targets.linux.mm.fault import handle_mm_fault
from targets.linux.mm.mm_struct import MappedPte, Pte, SwapPte, read_locked_pte
from targets.linux.mm.pins import note_store
from targets.linux.mm.references import put_page
from targets.linux.swap.swapin import read_swap_cache_async

if TYPE_CHECKING:
    from fuzz.values.point import Point
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore


def user_store(core: SwapCore, mm: MmStruct, index: int, data: bytes) -> None:
    """Write a whole page, at one instant; SIGBUS, VM_FAULT_OOM, SIGSEGV when that cannot be."""
    assert len(data) == PAGE_SIZE, "a store writes a whole page"
    mmget(mm)
    try:
        while (page := accessible_page(mm, index, PAGE_BYTES_WRITE)) is None:
            do_page_fault(core, mm, index, write=True)
        fill_page(page, data)
        page.origin.filled_by = user_store.__name__
        mark_dirty(mm, index)
        mm.last_written[index] = data
        mm.written[index] = None
        note_store(core, mm, index, data)
    finally:
        mmput(core, mm)


def user_load(core: SwapCore, mm: MmStruct, index: int) -> bytes:
    """Read a whole page, at one instant; SIGBUS, VM_FAULT_OOM, SIGSEGV when that cannot be."""
    mmget(mm)
    try:
        while (page := accessible_page(mm, index, PAGE_BYTES_READ)) is None:
            do_page_fault(core, mm, index, write=False)
        use_page_bytes(page)
        return bytes(page.bytes)
    finally:
        mmput(core, mm)


def accessible_page(mm: MmStruct, index: int, access: Point) -> Page | None:
    """Announce an access to a page; return the page if the page table then still allows that."""
    write = access.writes
    pte = walk(mm, index)
    if not isinstance(pte, MappedPte) or (write and not pte.writable):
        return None
    mm.world.reach(access, pte.page.pfn)
    now = walk(mm, index)
    if not isinstance(now, MappedPte) or now.page is not pte.page or (write and not now.writable):
        return None
    return now.page


def walk(mm: MmStruct, index: int) -> Pte:
    """Look at a page table entry as the processor does, which takes no lock."""
    return read_once(mm.page_table, index)


def mark_dirty(mm: MmStruct, index: int) -> None:
    """Set the dirty bit of a writable entry, as the processor does in the step that writes."""
    pte = walk(mm, index)
    if isinstance(pte, MappedPte) and not pte.dirty:
        with Unseen(mm.world):
            mm.page_table[index] = replace(pte, dirty=True)


def do_page_fault(core: SwapCore, mm: MmStruct, index: int, *, write: bool) -> None:
    """Handle a fault of the processor [4.9 arch/x86/mm/fault.c]; it is retried once at most."""
    with mm.mmap_sem.reading():
        in_the_way = handle_mm_fault(core, mm, index, write=write, may_retry=True)
    if in_the_way is not None:
        in_the_way.lock.wait()
        put_page(core, in_the_way)
        with mm.mmap_sem.reading():
            handle_mm_fault(core, mm, index, write=write, may_retry=False)


def swap_in(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Read a swapped page into the swap cache without mapping it, as MADV_WILLNEED does."""
    mmget(mm)
    try:
        with mm.mmap_sem.reading():
            mm.vmas.read()
            with mm.ptl:
                pte = read_locked_pte(mm, index)
            if isinstance(pte, SwapPte) and (page := read_swap_cache_async(core, pte.entry)):
                put_page(core, page)
    finally:
        mmput(core, mm)
