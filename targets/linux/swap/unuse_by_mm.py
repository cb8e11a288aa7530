"""Emptying an area process by process at swapoff [5.1-6.19 mm/swapfile.c].

The page tables of all processes are walked for entries of the area.
What then is left is in the swap cache only, or held by who could not be found just now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.kernel.history.swap import HalfCopiedMm
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.oops import paging_request
from targets.linux.machine.page import wait_on_page_writeback
from targets.linux.mm.exit import mmput
from targets.linux.mm.mm_struct import SwapPte, read_pte
from targets.linux.mm.mmlist import next_in_mmlist
from targets.linux.mm.references import put_page
from targets.linux.swap.area import SWAP_MAP_BAD, swp_entry, swp_offset, swp_type
from targets.linux.swap.cache import lookup_swap_cache, try_to_free_swap
from targets.linux.swap.promises import MEMORY_AREA_TORN
from targets.linux.swap.readahead import swapin_readahead
from targets.linux.swap.unuse import (
    SWAP_MAP_LOOK,
    find_next_to_unuse,
    let_others_run,
    read_swap_map,
    stop_at_signal,
    unuse_pte,
)

if TYPE_CHECKING:
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.area import Entry, SwapArea
    from targets.linux.swap.core import SwapCore


def unuse_by_mm(core: SwapCore, area: SwapArea) -> None:
    """Empty every slot (try_to_unuse); ENOMEM when a page to read one into is missing, EINTR.

    There is no limit to the rounds: a process on its way out frees its slots at its own pace.
    """
    while is_used(core, area):
        unuse_every_mm(core, area)
        free_cached_slots(core, area)
        if is_used(core, area):
            let_others_run(core)


def is_used(core: SwapCore, area: SwapArea) -> bool:
    """Whether slots are in use, read without the area's lock."""
    core.world.reach(SWAP_MAP_LOOK, area.type)
    return area.inuse_pages > 0


def unuse_every_mm(core: SwapCore, area: SwapArea) -> None:
    """Walk the processes that may have swapped pages, while slots are in use."""
    previous = None
    try:
        while is_used(core, area):
            stop_at_signal(core, area)
            mm = next_in_mmlist(core, previous)
            if previous is not None:
                mmput(core, previous)
            previous = mm
            if mm is None:
                return
            with mm.mmap_sem.reading():
                unuse_mm(core, area, mm)
    finally:
        if previous is not None:
            mmput(core, previous)


def unuse_mm(core: SwapCore, area: SwapArea, mm: MmStruct) -> None:
    """Replace the entries of an area by their pages in one page table (unuse_pte_range)."""
    mm.vmas.read()
    half_copied = core.machine.kernel.features.half_copied_mm if mm.half_copied else None
    if half_copied is HalfCopiedMm.SKIPPED:
        return
    for index in sorted(mm.page_table):
        pte = read_pte(mm, index)
        if isinstance(pte, SwapPte) and swp_type(pte.entry) == area.type:
            unuse_entry(core, area, mm, index, pte.entry)
    if half_copied is HalfCopiedMm.MARKED:
        why = f"the mark where the fork of process {mm.number} failed is no memory area"
        paging_request(core.world, MEMORY_AREA_TORN, why)


def unuse_entry(core: SwapCore, area: SwapArea, mm: MmStruct, index: int, entry: Entry) -> None:
    """Map the page of one entry, reading it through the swap cache if need be."""
    page = lookup_swap_cache(core, entry) or swapin_readahead(core, entry, mm, index)
    if page is None:
        if read_swap_map(core, area, swp_offset(entry)) in (0, SWAP_MAP_BAD):
            return
        raise Refusal(ENOMEM)
    page.lock.acquire()
    wait_on_page_writeback(page)
    try:
        unuse_pte(core, mm, index, entry, page)
        try_to_free_swap(core, page)
    finally:
        page.lock.release()
        put_page(core, page)


def free_cached_slots(core: SwapCore, area: SwapArea) -> None:
    """Take the pages out of the swap cache whose slots no page table counts."""
    offset = 0
    while is_used(core, area):
        stop_at_signal(core, area)
        offset = find_next_to_unuse(core, area, range(offset + 1, area.max))
        if not offset:
            return
        page = lookup_swap_cache(core, swp_entry(area.type, offset))
        if page is None:
            continue
        page.lock.acquire()
        wait_on_page_writeback(page)
        try_to_free_swap(core, page)
        page.lock.release()
        put_page(core, page)
