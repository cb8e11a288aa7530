"""Slots: finding a free one for a page that is to be swapped out [4.9 mm/swapfile.c].

The search for rotating disks does not attempt to find 256 free slots in a row.
The kernel looks ahead without the lock and checks again; here the lock is held throughout.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from targets.linux.machine.errno import Refusal
from targets.linux.mm.references import put_page
from targets.linux.swap.area import SWAP_HAS_CACHE, swp_entry
from targets.linux.swap.cache import add_to_swap_cache, lookup_swap_cache, try_to_free_swap
from targets.linux.swap.clusters import inc_cluster_info, try_ssd_cluster
from targets.linux.swap.core import vm_swap_full
from targets.linux.swap.counts import swapcache_free
from targets.linux.swap.flags import SWP_WRITEOK
from targets.linux.swap.release import add_to_avail_list
from targets.linux.swap.slot_cache import check_cache_active, take_cached_slot
from targets.linux.swap.users import get_swap_device_info, put_swap_device

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.swap.area import Entry, SwapArea
    from targets.linux.swap.core import SwapCore


def get_swap_page(core: SwapCore) -> Entry:
    """Take a free slot for the swap cache, of this CPU's batch if slots are cached; 0 if none."""
    if check_cache_active(core):
        entry = take_cached_slot(core, partial(get_swap_pages, core))
        if entry:
            return entry
    return next(iter(get_swap_pages(core, 1)), 0)


def get_swap_pages(core: SwapCore, goal: int) -> list[Entry]:
    """Take up to `goal` free slots of one area, the one with the highest priority that has any."""
    goal = min(goal, core.nr_swap_pages)
    if goal <= 0:
        return []
    core.nr_swap_pages -= goal
    entries: list[Entry] = []
    while not entries and (area := next_area(core)) is not None:
        if core.layout.scanning:
            entries = take_slots(core, area, goal)
        elif get_swap_device_info(core, area):
            entries = take_slots(core, area, goal)
            put_swap_device(core, area)
        else:
            with core.avail_lock:
                if area in core.avail:
                    break
    core.nr_swap_pages += goal - len(entries)
    return entries


def take_slots(core: SwapCore, area: SwapArea, goal: int) -> list[Entry]:
    """Take up to `goal` free slots of an area, or take it off the list of those that offer some.

    swapoff waits for who does so: it counts those in scan_swap_map, or they are users of the area.
    """
    entries: list[Entry] = []
    with area.lock:
        if area.highest_bit and area.flags & SWP_WRITEOK:
            offsets = scan_swap_map(core, area, goal)
            entries = [swp_entry(area.type, offset) for offset in offsets]
        if not entries:
            with core.avail_lock:
                if area in core.avail:
                    core.avail.remove(area)
    return entries


def next_area(core: SwapCore) -> SwapArea | None:
    """Take the first area that offers slots, and let those of its priority go first next time."""
    with core.avail_lock:
        if not core.avail:
            return None
        area = core.avail.pop(0)
        add_to_avail_list(core, area)
        return area


def scan_swap_map(core: SwapCore, area: SwapArea, goal: int) -> list[int]:
    """Find up to `goal` free slots, with the area locked, and reserve them for the swap cache."""
    if core.layout.scanning:
        area.flags += core.layout.scanning
    if vm_swap_full(core):
        reclaim_cached_slot(core, area)
    offsets: list[int] = []
    while len(offsets) < goal and area.flags & SWP_WRITEOK:
        offset = find_free_slot(core, area)
        if not offset:
            break
        reserve_slot(core, area, offset)
        offsets.append(offset)
    if core.layout.scanning:
        area.flags -= core.layout.scanning
    return offsets


def find_free_slot(core: SwapCore, area: SwapArea) -> int:
    """Look in this CPU's cluster, from where the last search ended, then from the start; or 0."""
    if not area.highest_bit:
        return 0
    if area.clusters is not None:
        offset = try_ssd_cluster(area, area.clusters, core.world.running.cpu.number)
        if offset:
            return offset
    ahead = area.swap_map.find(0, area.cluster_next, area.highest_bit + 1)
    if ahead > 0:
        return ahead
    return max(area.swap_map.find(0, area.lowest_bit, area.cluster_next), 0)


def reserve_slot(core: SwapCore, area: SwapArea, offset: int) -> None:
    """Give a free slot to the swap cache."""
    if offset == area.lowest_bit:
        area.lowest_bit += 1
    if offset == area.highest_bit:
        area.highest_bit -= 1
    area.inuse_pages += 1
    if area.inuse_pages == area.pages:
        area.lowest_bit = area.max
        area.highest_bit = 0
        with core.avail_lock:
            if area in core.avail:
                core.avail.remove(area)
    area.swap_map[offset] = SWAP_HAS_CACHE
    note_taken(core, area, offset)
    if area.clusters is not None:
        inc_cluster_info(area.clusters, offset)
    area.cluster_next = offset + 1
    if core.world.watched:
        core.world.tell(f"takes slot {offset}")


def note_taken(core: SwapCore, area: SwapArea, offset: int) -> None:
    """Count one more time that a slot is taken."""
    assert area.disk is not None, "an area in use has a device"
    slot = area.disk.name, offset
    taken = core.counters.taken
    taken[slot] = taken.get(slot, 0) + 1


def reclaim_cached_slot(core: SwapCore, area: SwapArea) -> None:
    """Free the next slot that only the swap cache needs, dropping the lock (__try_to_reclaim_swap).

    The kernel does so when its search meets such a slot before a free one.
    """
    start = area.cluster_next if area.cluster_next <= area.highest_bit else area.lowest_bit
    free = area.swap_map.find(0, start)
    offset = area.swap_map.find(SWAP_HAS_CACHE, start, free if free > 0 else area.max)
    if offset < 0:
        return
    area.lock.release()
    page = lookup_swap_cache(core, swp_entry(area.type, offset))
    if page is not None:
        if page.lock.try_acquire():
            try_to_free_swap(core, page)
            page.lock.release()
        put_page(core, page)
    area.lock.acquire()


def add_to_swap(core: SwapCore, page: Page) -> bool:
    """Give a locked page a slot and put it into the swap cache; False without slot or node.

    Until 4.12 it does not set PG_dirty: reclaim relies on the page table entries for that.
    """
    entry = get_swap_page(core)
    if not entry:
        return False
    try:
        add_to_swap_cache(core, page, entry, preloaded=False)
    except Refusal:
        swapcache_free(core, entry)
        return False
    if core.machine.kernel.features.add_to_swap_dirties:
        page.dirty = True
    return True
