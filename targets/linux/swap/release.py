"""The end of a slot: nobody counts it any more, and it is free [mm/swapfile.c].

Everybody who kept something for the slot forgets it here, under the area's lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.world.cell import Unseen
from targets.linux.kernel.history.swap import CacheForgets, SlotRelease
from targets.linux.swap.area import SWAP_HAS_CACHE, swp_offset, swp_type
from targets.linux.swap.clusters import dec_cluster_info
from targets.linux.swap.flags import SWP_BLKDEV, SWP_WRITEOK
from targets.linux.swap.frontswap import frontswap_invalidate_page
from targets.linux.swap.promises import AVAIL_LIST_CORRUPTED
from targets.linux.swap.zeromap import clear_zeromap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from targets.linux.swap.area import Entry, SwapArea
    from targets.linux.swap.core import SwapCore


def swapcache_free_entries(core: SwapCore, entries: Sequence[Entry]) -> None:
    """Free slots whose byte is SWAP_HAS_CACHE although no page is in the swap cache.

    The kernel sorts them by area, to take each lock once.
    """
    for entry in entries:
        area, offset = core.swap_info[swp_type(entry)], swp_offset(entry)
        with area.lock:
            assert area.swap_map[offset] == SWAP_HAS_CACHE, "a slot that is freed is not counted"
            area.swap_map[offset] = 0
            core.space(entry).reservations.wake_all()
            release_slot(core, area, offset)


def release_slot(core: SwapCore, area: SwapArea, offset: int) -> None:
    """Make a slot free, and tell the device, under the area's lock (swap_range_free)."""
    if area.clusters is not None:
        dec_cluster_info(area.clusters, offset)
    clear_zeromap(core, area, offset)
    area.lowest_bit = min(area.lowest_bit, offset)
    if offset > area.highest_bit:
        was_full = not area.highest_bit
        area.highest_bit = offset
        if was_full and area.flags & SWP_WRITEOK:
            with core.avail_lock:
                add_to_avail_list(core, area)
    if core.world.watched:
        core.world.tell(f"slot {offset} is free")
    match core.machine.kernel.features.slot_release:
        case SlotRelease.BEFORE_NOTIFY:
            count_free_slot(core, area)
            invalidate_slot(core, area, offset)
        case SlotRelease.AFTER_NOTIFY:
            invalidate_slot(core, area, offset)
            count_free_slot(core, area)


def count_free_slot(core: SwapCore, area: SwapArea) -> None:
    """Count one more free slot."""
    core.nr_swap_pages += 1
    area.inuse_pages -= 1


def invalidate_slot(core: SwapCore, area: SwapArea, offset: int) -> None:
    """Let the cache in front of swap forget a slot, then the device."""
    match core.machine.kernel.features.cache_forgets:
        case CacheForgets.WITH_DEVICE:
            frontswap_invalidate_page(core, area.type, offset)
        case CacheForgets.BEFORE_PARKING:
            pass
    if area.flags & SWP_BLKDEV:
        assert area.disk is not None, "an area in use has a device"
        if area.disk.operations.has_slot_free_notify:
            area.disk.operations.swap_slot_free_notify(offset)


def forget_before_parking(core: SwapCore, entry: Entry) -> None:
    """Let the cache in front of swap forget a slot that may still be parked for long."""
    if core.machine.kernel.features.cache_forgets is CacheForgets.BEFORE_PARKING:
        frontswap_invalidate_page(core, swp_type(entry), swp_offset(entry))


def add_to_avail_list(core: SwapCore, area: SwapArea) -> None:
    """Offer the area's slots, behind areas of the same priority; swap_avail_lock is held."""
    if area not in core.avail:
        core.avail.append(area)
        core.avail.sort(key=lambda other: -other.prio)


def del_from_avail_list(core: SwapCore, area: SwapArea) -> None:
    """Offer the area's slots no more."""
    with core.avail_lock:
        if area in core.avail:
            core.avail.remove(area)


def init_avail_node(core: SwapCore, area: SwapArea) -> None:
    """Make the node of an area anew that is in no list (plist_node_init).

    Its neighbours in the list would go on leading to it, and whoever unlinks it, astray.
    """
    with Unseen(core.world):
        listed = area in core.avail
    if listed:
        core.world.report(
            AVAIL_LIST_CORRUPTED,
            "list corruption: the node of a swap area is made anew while it is linked",
            f"swap_avail_head still leads to area {area.type}, which swapoff has taken away",
            place="alloc_swap_info",
            fatal=True,
        )
