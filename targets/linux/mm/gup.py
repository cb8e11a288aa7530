"""get_user_pages: a page of a process is held for a device or a pipe [4.9 to 6.19 mm/gup.c].

A direct read has the device write to the page; a pipe (vmsplice) shows what the page held.
The holder has a reference to the page, and no page table entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.machine.errno import EFAULT, ENOMEM, VM_FAULT_OOM, Refusal
from targets.linux.machine.page import PAGE_BYTES_READ, PAGE_BYTES_WRITE, fill_page
from targets.linux.machine.sanitizers import use_page_bytes
from targets.linux.mm.exit import mmget, mmput
from targets.linux.mm.fault import handle_mm_fault
from targets.linux.mm.mm_struct import MappedPte, Pte, read_locked_pte
from targets.linux.mm.pins import Pin, note_store
from targets.linux.mm.references import get_page, put_page

if TYPE_CHECKING:
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore


def get_user_page(core: SwapCore, mm: MmStruct, index: int, *, write: bool) -> Pin:
    """Hold a page of a process, faulting it in; ENOMEM, EFAULT, SIGSEGV of one that has ended."""
    mmget(mm)
    try:
        with mm.mmap_sem.reading():
            mm.vmas.read()
            while (pin := follow_page(core, mm, index, write=write)) is None:
                faultin_page(core, mm, index, write=write or breaks_cow(core))
            return pin
    finally:
        mmput(core, mm)


def follow_page(core: SwapCore, mm: MmStruct, index: int, *, write: bool) -> Pin | None:
    """Hold the page that is mapped, if the page table allows the access; None if it does not."""
    with mm.ptl:
        pte = read_locked_pte(mm, index)
        if not isinstance(pte, MappedPte) or not may_follow(core, pte, write=write):
            return None
        get_page(pte.page)
        pte.page.pins += write
        promised = index not in mm.vm_mergeable
        pin = Pin(mm, index, pte.page, write, {bytes(pte.page.bytes): None}, promised)
        core.pins.append(pin)
        return pin


def may_follow(core: SwapCore, pte: Pte, *, write: bool) -> bool:
    """Whether a mapping is good enough for who wants to write, or, in 5.8, to read."""
    if not isinstance(pte, MappedPte):
        return False
    return pte.writable or not (write or breaks_cow(core))


def breaks_cow(core: SwapCore) -> bool:
    """Whether a reader gets a page of his own, so that no other process can write to it later."""
    return core.machine.kernel.features.gup_breaks_cow


def faultin_page(core: SwapCore, mm: MmStruct, index: int, *, write: bool) -> None:
    """Fault as the process would; errors are those of a system call."""
    try:
        handle_mm_fault(core, mm, index, write=write, may_retry=False)
    except Refusal as refusal:
        raise Refusal(ENOMEM if refusal.name == VM_FAULT_OOM else EFAULT) from refusal


def put_user_page(core: SwapCore, pin: Pin) -> None:
    """Let go of a page; one that was written to is dirty (set_page_dirty_lock)."""
    page = pin.page
    if pin.write:
        page.lock.acquire()
        page.dirty = True
        page.lock.release()
        page.pins -= 1
    core.pins.remove(pin)
    put_page(core, page)


def device_writes(core: SwapCore, pin: Pin, data: bytes) -> None:
    """Be the device of a direct read: fill the page, at one instant, while it is the process's."""
    core.world.reach(PAGE_BYTES_WRITE, pin.page.pfn)
    if pin.promised:
        fill_page(pin.page, data)
        pin.page.origin.filled_by = device_writes.__name__
        pin.mm.last_written[pin.index] = data
        note_store(core, pin.mm, pin.index, data)


def pipe_reads(core: SwapCore, pin: Pin) -> bytes:
    """Be the reader of a pipe: look at the page, at one instant."""
    core.world.reach(PAGE_BYTES_READ, pin.page.pfn)
    use_page_bytes(pin.page)
    return bytes(pin.page.bytes)
