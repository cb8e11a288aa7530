"""MADV_MERGEABLE and MADV_UNMERGEABLE: which pages ksmd may merge [4.9 to 6.19 mm/ksm.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.machine.errno import EINVAL, ENOMEM, VM_FAULT_OOM, Refusal
from targets.linux.mm.exit import mmget, mmput
from targets.linux.mm.fault import handle_mm_fault
from targets.linux.mm.mm_struct import MappedPte, read_pte
from targets.linux.mm.pins import note_shared

if TYPE_CHECKING:
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore


def madvise_mergeable(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Let ksmd merge a page with others that are equal; SIGSEGV if the process has ended.

    EINVAL in a kernel that was built without that.
    """
    if not core.machine.kernel.build.ksm:
        raise Refusal(EINVAL)
    mmget(mm)
    try:
        with mm.mmap_sem.writing():
            mm.vmas.write()
            mm.vm_mergeable[index] = None
            note_shared(core, mm, index)
    finally:
        mmput(core, mm)


def madvise_unmergeable(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Have a page of one's own from now on; ENOMEM, or SIGSEGV if the process has ended."""
    mmget(mm)
    try:
        with mm.mmap_sem.writing():
            break_ksm(core, mm, index)
            mm.vmas.write()
            mm.vm_mergeable.pop(index, None)
    finally:
        mmput(core, mm)


def break_ksm(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Fault as if the page were written to, until it is no KSM page; mmap_sem is held.

    From 6.2 on the kernel asks for a copy without a write, which leaves the copy read-only.
    """
    while is_ksm(mm, index):
        try:
            handle_mm_fault(core, mm, index, write=True, may_retry=False)
        except Refusal as refusal:
            if refusal.name == VM_FAULT_OOM:
                raise Refusal(ENOMEM) from refusal
            return


def is_ksm(mm: MmStruct, index: int) -> bool:
    """Whether a KSM page is mapped at an index."""
    pte = read_pte(mm, index)
    return isinstance(pte, MappedPte) and pte.page.ksm
