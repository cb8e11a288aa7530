"""swapoff: every slot of an area comes back to memory, and the device is released.

[4.6-4.20 mm/swapfile.c] It goes from slot to slot, reads each into the swap cache,
and looks for its entry in the page table of every process that ever had a page swapped out.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point, fault_point
from targets.linux.block.disk import blkdev_put
from targets.linux.machine.errno import EINVAL, ENOMEM, Refusal
from targets.linux.machine.page import wait_on_page_writeback
from targets.linux.mm.exit import mmput
from targets.linux.mm.mm_struct import MappedPte, SwapPte, set_pte
from targets.linux.mm.mmlist import next_in_mmlist
from targets.linux.mm.references import get_page, put_page
from targets.linux.mm.rmap import page_add_anon_rmap
from targets.linux.swap.area import AREA_LOCK, SWAP_MAP_BAD, swap_count, swp_entry, swp_offset
from targets.linux.swap.cache import delete_from_swap_cache
from targets.linux.swap.counts import free_swap_count_continuations, swap_free
from targets.linux.swap.flags import SWP_WRITEOK
from targets.linux.swap.frontswap import frontswap_invalidate_area
from targets.linux.swap.io import swap_writepage
from targets.linux.swap.swapin import read_swap_cache_async
from targets.linux.swap.swapon import enable_swap_info
from targets.linux.swap.users import kill_users

if TYPE_CHECKING:
    from targets.linux.block.disk import Disk
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.area import Entry, SwapArea
    from targets.linux.swap.core import SwapCore

ENOUGH_MEMORY: Final = fault_point(
    "swapoff.memory", "is there memory for all that the area may hold?", ENOMEM
)
SWAP_MAP_READ: Final = Point(
    "swapoff.scan", "look for a used slot, without the area's lock", Access.READ, AREA_LOCK.name
)
SWAP_MAP_LOOK: Final = Point(
    "swapoff.look", "look at a slot's count, without the area's lock", Access.READ, AREA_LOCK.name
)
RESCHED: Final = Point("swapoff.resched", "cond_resched: whoever can run does so before it goes on")
RESCHED_TICKS: Final = 1
SCANNERS: Final = Point("swapoff.scanners", "wait for tasks that still look for a free slot")


def swapoff(core: SwapCore, disk: Disk) -> None:
    """Stop swapping to a device; EINVAL if it is no swap area, ENOMEM if its pages do not fit."""
    area = disable_swap_info(core, disk)
    try:
        try_to_unuse(core, area)
    except Refusal:
        enable_swap_info(core, area, area.prio if area.prio >= 0 else None)
        raise
    kill_users(core, area)
    free_area(core, area)
    blkdev_put(disk)
    with core.swap_lock:
        area.flags = 0


def disable_swap_info(core: SwapCore, disk: Disk) -> SwapArea:
    """Find the area of a device and let no more slots of it be taken."""
    with core.swap_lock:
        area = next(
            (each for each in core.swap_info if each.disk is disk and each.flags & SWP_WRITEOK),
            None,
        )
        if area is None:
            raise Refusal(EINVAL)
        if core.world.fault(ENOUGH_MEMORY, area.type) is not None:
            raise Refusal(ENOMEM)
        with core.avail_lock:
            if area in core.avail:
                core.avail.remove(area)
        with area.lock:
            close_priority_gap(core, area)
            core.nr_swap_pages -= area.pages
            core.total_swap_pages -= area.pages
            area.flags &= ~SWP_WRITEOK
    return area


def close_priority_gap(core: SwapCore, area: SwapArea) -> None:
    """Move the areas up that were enabled later without a priority."""
    if area.prio >= 0:
        return
    for later in core.swap_info:
        if later.flags & SWP_WRITEOK and later.prio < area.prio:
            later.prio += 1
    core.least_priority += 1


def free_area(core: SwapCore, area: SwapArea) -> None:
    """Wait for those who look for slots, then free the maps."""
    free_swap_count_continuations(core, area)
    with core.swapon_mutex:
        drain_mmlist(core)
        area.highest_bit = 0
        while core.layout.scanning and area.flags >= core.layout.scanning:
            core.world.sleep(SCANNERS, 1)
        with core.swap_lock, area.lock:
            area.disk = None
            area.max = 0
            area.swap_map = bytearray()
            area.zeromap = bytearray()
        frontswap_invalidate_area(core, area.type)


def drain_mmlist(core: SwapCore) -> None:
    """Forget which processes may have swapped pages, if no slot of any area is in use."""
    with core.swap_lock:
        if any(area.inuse_pages for area in core.swap_info):
            return
        with core.mmlist_lock:
            core.mmlist.clear()


# Finding whoever needs a slot


def try_to_unuse(core: SwapCore, area: SwapArea) -> None:
    """Empty every slot; ENOMEM when a page to read one into is missing.

    A slot may be counted before its page table entry can be found: then it is looked at again,
    but only after somebody else has run, as cond_resched sees to in the end.
    """
    offset = 0
    while offset := find_next_to_unuse(core, area, offset):
        entry = swp_entry(area.type, offset)
        page = read_swap_cache_async(core, entry)
        if page is not None:
            unuse_entry(core, area, entry, page)
        elif read_swap_map(core, area, offset):
            raise Refusal(ENOMEM)
        if area.swap_map[offset]:
            core.world.sleep(RESCHED, RESCHED_TICKS)


def find_next_to_unuse(core: SwapCore, area: SwapArea, previous: int) -> int:
    """Return the next slot in use after `previous`, starting over at the end; 0 if none."""
    core.world.reach(SWAP_MAP_READ, area.type)
    slots = chain(range(previous + 1, area.max), range(1, previous + 1))
    return next((slot for slot in slots if area.swap_map[slot] not in (0, SWAP_MAP_BAD)), 0)


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
    unuse_every_mm(core, area, entry, page)
    if swap_count(read_swap_map(core, area, offset)) and page.dirty and page.swapcache:
        save_page(core, page)
    if page.swapcache and page.private == entry:
        delete_from_swap_cache(core, page)
    page.dirty = True
    page.lock.release()
    put_page(core, page)


def read_swap_map(core: SwapCore, area: SwapArea, offset: int) -> int:
    """Return the byte of a slot; without the area's lock it may change at once."""
    core.world.reach(SWAP_MAP_LOOK, area.type)
    return area.swap_map[offset]


def unuse_every_mm(core: SwapCore, area: SwapArea, entry: Entry, page: Page) -> None:
    """Go through the processes while the slot is counted; who is looked at stays in the list."""
    previous = None
    while swap_count(read_swap_map(core, area, swp_offset(entry))):
        mm = next_in_mmlist(core, previous)
        if previous is not None:
            mmput(core, previous)
        previous = mm
        if mm is None:
            return
        unuse_mm(core, mm, entry, page)
    if previous is not None:
        mmput(core, previous)


def save_page(core: SwapCore, page: Page) -> None:
    """Write a locked page to its slot and wait; the kernel does not look at the result."""
    with suppress(Refusal):
        swap_writepage(core, page)
    page.lock.acquire()
    wait_on_page_writeback(page)


def unuse_mm(core: SwapCore, mm: MmStruct, entry: Entry, page: Page) -> None:
    """Replace an entry by its page in one page table.

    Faults take mmap_sem before the page lock, so the page is unlocked to wait for mmap_sem.
    """
    if not mm.mmap_sem.try_acquire_reading():
        page.lock.release()
        mm.mmap_sem.acquire_reading()
        page.lock.acquire()
    for index, pte in tuple(mm.page_table.items()):
        if isinstance(pte, SwapPte) and pte.entry == entry:
            unuse_pte(core, mm, index, entry, page)
    mm.mmap_sem.release_reading()


def unuse_pte(core: SwapCore, mm: MmStruct, index: int, entry: Entry, page: Page) -> None:
    """Map the page read-only, whether it could be read or not [until 5.19]."""
    with mm.ptl:
        pte = mm.page_table.get(index)
        if not isinstance(pte, SwapPte) or pte.entry != entry:
            return
        get_page(page)
        set_pte(mm, index, MappedPte(page, writable=False, dirty=False))
        page_add_anon_rmap(core, page, mm, index, exclusive=pte.exclusive)
        swap_free(core, entry)
