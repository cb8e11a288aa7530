"""Page faults on anonymous memory [4.9 mm/memory.c].

mmap_sem is held for reading throughout; only to wait for a page once, it is dropped.
Whatever was read without the page table lock is compared again under it (pte_same).
The fault returns, well done or not: the processor tries again, and faults again if need be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.machine.errno import ENOMEM, SIGBUS, VM_FAULT_OOM, Refusal
from targets.linux.machine.gfp import GFP_HIGHUSER_MOVABLE
from targets.linux.machine.page import PAGE_SIZE, fill_page
from targets.linux.mm.copy_on_write import do_wp_page
from targets.linux.mm.mm_struct import MappedPte, PoisonedPte, SwapPte, read_pte, set_pte
from targets.linux.mm.references import put_page
from targets.linux.mm.rmap import page_add_new_anon_rmap
from targets.linux.mm.swap_fault import do_swap_page

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore

ANON_PAGE: Final = fault_point(
    "do_anonymous_page.page", "a page of zeros", ENOMEM, capability="fail_page_alloc"
)


def handle_mm_fault(
    core: SwapCore, mm: MmStruct, index: int, *, write: bool, may_retry: bool
) -> Page | None:
    """Make a page accessible; refuses with SIGBUS or VM_FAULT_OOM.

    VM_FAULT_RETRY, where the caller allows that, is a page in the way, with a reference:
    the caller drops mmap_sem, waits until the page is unlocked, and tries again.
    """
    mm.vmas.read()
    pte = read_pte(mm, index)
    match pte:
        case None:
            do_anonymous_page(core, mm, index)
        case SwapPte():
            return do_swap_page(core, mm, index, pte, write=write, may_retry=may_retry)
        case PoisonedPte():
            raise Refusal(SIGBUS)
        case MappedPte(writable=False) if write:
            mm.ptl.acquire()
            if mm.page_table.get(index) == pte:
                do_wp_page(core, mm, index, pte)
            else:
                mm.ptl.release()
        case MappedPte():
            pass
    return None


def do_anonymous_page(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Map a new page of zeros.

    The kernel maps the shared zero page when the first access reads; here that gets a page, too.
    """
    page = core.memory.alloc_page(GFP_HIGHUSER_MOVABLE, ANON_PAGE)
    if page is None:
        raise Refusal(VM_FAULT_OOM)
    fill_page(page, bytes(PAGE_SIZE))  # clear_user_highpage
    page.origin.filled_by = do_anonymous_page.__name__
    page.uptodate = True
    with mm.ptl:
        if index in mm.page_table:
            put_page(core, page)
            return
        set_pte(mm, index, MappedPte(page, writable=True, dirty=True))
        page_add_new_anon_rmap(core, page, mm, index)
