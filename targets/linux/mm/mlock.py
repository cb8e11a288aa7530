"""mlock and munlock: pages that must stay in memory [4.9 to 6.19 mm/mlock.c, mm/gup.c].

VM_LOCKED is a property of addresses. Reclaim leaves pages alone that are mapped at such a one.
A child does not inherit it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.machine.errno import EAGAIN, ENOMEM, VM_FAULT_OOM, Refusal
from targets.linux.mm.exit import mmget, mmput
from targets.linux.mm.fault import handle_mm_fault
from targets.linux.mm.mm_struct import MappedPte, read_pte

if TYPE_CHECKING:
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore


def mlock(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Keep a page in memory from now on, and bring it there (do_mlock).

    EAGAIN without memory, ENOMEM when the page cannot be read, SIGSEGV if the process has ended;
    the address stays locked even then.
    """
    mmget(mm)
    try:
        with mm.mmap_sem.writing():
            mm.vmas.write()
            mm.vm_locked[index] = None
        with mm.mmap_sem.reading():
            populate_page(core, mm, index)
    finally:
        mmput(core, mm)


def populate_page(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Fault a page in as if it were written, so that no copy is left to be made later.

    Errors are translated as POSIX wants them (__mlock_posix_error_return).
    """
    while not is_writable(mm, index):
        try:
            handle_mm_fault(core, mm, index, write=True, may_retry=False)
        except Refusal as refusal:
            raise Refusal(EAGAIN if refusal.name == VM_FAULT_OOM else ENOMEM) from refusal


def is_writable(mm: MmStruct, index: int) -> bool:
    """Whether a page is mapped, and may be written to."""
    pte = read_pte(mm, index)
    return isinstance(pte, MappedPte) and pte.writable


def munlock(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Let a page be reclaimed again; SIGSEGV if the process has ended."""
    mmget(mm)
    try:
        with mm.mmap_sem.writing():
            mm.vmas.write()
            mm.vm_locked.pop(index, None)
    finally:
        mmput(core, mm)
