"""Emptying an area slot by slot at swapoff [4.6-5.0 mm/swapfile.c].

Each slot is read into the swap cache; then its entry is looked for in the page table of every
process that ever had a page swapped out.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING

from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.page import wait_on_page_writeback
from targets.linux.mm.exit import mmput
from targets.linux.mm.mm_struct import SwapPte
from targets.linux.mm.mmlist import next_in_mmlist
from targets.linux.mm.references import put_page
from targets.linux.swap.area import swap_count, swap_map_once, swp_entry, swp_offset
from targets.linux.swap.cache import delete_from_swap_cache
from targets.linux.swap.io import swap_writepage
from targets.linux.swap.swapin import read_swap_cache_async
from targets.linux.swap.unuse import (
    find_next_to_unuse,
    let_others_run,
    read_swap_map,
    stop_at_signal,
    unuse_pte,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.area import Entry, SwapArea
    from targets.linux.swap.core import SwapCore


def unuse_by_slot(core: SwapCore, area: SwapArea) -> None:
    """Empty every slot (try_to_unuse); ENOMEM when a page to read one into is missing, EINTR.

    A slot that is still used is looked at again, but only after somebody else has run.
    """
    offset = 0
    while offset := find_next_to_unuse(core, area, slots_from(area, offset)):
        stop_at_signal(core, area)
        entry = swp_entry(area.type, offset)
        page = read_swap_cache_async(core, entry)
        if page is not None:
            unuse_entry(core, area, entry, page)
        elif read_swap_map(core, area, offset):
            raise Refusal(ENOMEM)
        if swap_map_once(area, offset):
            let_others_run(core)


def slots_from(area: SwapArea, previous: int) -> Iterator[int]:
    """Return the slots after `previous`, starting over at the end."""
    return chain(range(previous + 1, area.max), range(1, previous + 1))


def unuse_entry(core: SwapCore, area: SwapArea, entry: Entry, page: Page) -> None:
    """Replace a slot by its page in every page table, and take the page out of the swap cache.

    If a process was missed, because it was just being made, the slot must hold what the page holds.
    The page becomes dirty: no page table entry says so, and there is no other copy now.
    """
    offset = swp_offset(entry)
    page.lock.wait()
    wait_on_page_writeback(page)
    page.lock.acquire()
    wait_on_page_writeback(page)
    try:
        unuse_every_mm(core, area, entry, page)
        saved = True
        if swap_count(read_swap_map(core, area, offset)) and page.dirty and page.swapcache:
            saved = save_page(core, page)
        if page.swapcache and page.private == entry and saved:
            delete_from_swap_cache(core, page)
        page.dirty = True
    finally:
        page.lock.release()
        put_page(core, page)


def unuse_every_mm(core: SwapCore, area: SwapArea, entry: Entry, page: Page) -> None:
    """Go through the processes while the slot is counted; who is looked at stays in the list."""
    previous = None
    try:
        while swap_count(read_swap_map(core, area, swp_offset(entry))):
            mm = next_in_mmlist(core, previous)
            if previous is not None:
                mmput(core, previous)
            previous = mm
            if mm is None:
                return
            unuse_mm(core, mm, entry, page)
    finally:
        if previous is not None:
            mmput(core, previous)


def save_page(core: SwapCore, page: Page) -> bool:
    """Write a locked page to its slot and wait; say whether it counts as saved.

    The kernels that do this take it for granted: they do not look at the result.
    """
    with suppress(Refusal):
        swap_writepage(core, page)
    page.lock.acquire()
    wait_on_page_writeback(page)
    return not (page.dirty and core.machine.kernel.features.unuse_minds_failed_write)


def unuse_mm(core: SwapCore, mm: MmStruct, entry: Entry, page: Page) -> None:
    """Replace an entry by its page in one page table.

    Faults take mmap_sem before the page lock, so the page is unlocked to wait for mmap_sem.
    """
    if not mm.mmap_sem.try_acquire_reading():
        page.lock.release()
        mm.mmap_sem.acquire_reading()
        page.lock.acquire()
    try:
        mm.vmas.read()
        for index, pte in tuple(mm.page_table.items()):
            if isinstance(pte, SwapPte) and pte.entry == entry:
                unuse_pte(core, mm, index, entry, page)
    finally:
        mm.mmap_sem.release_reading()
