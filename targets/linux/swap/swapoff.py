"""swapoff: every slot of an area comes back to memory, and the device is released.

How its slots come back is in `unuse_by_slot.py` and `unuse_by_mm.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Point, fault_point
from targets.linux.kernel.history.swap import AvailRemoval, Unuse
from targets.linux.machine.errno import EINVAL, ENOMEM, Refusal
from targets.linux.swap.counts import free_swap_count_continuations
from targets.linux.swap.extents import unclaim
from targets.linux.swap.flags import SWP_WRITEOK
from targets.linux.swap.frontswap import frontswap_invalidate_area
from targets.linux.swap.priority import close_priority_gap
from targets.linux.swap.release import del_from_avail_list
from targets.linux.swap.slot_cache import slot_caches_disabled
from targets.linux.swap.swapon import enable_swap_info
from targets.linux.swap.unuse_by_mm import unuse_by_mm
from targets.linux.swap.unuse_by_slot import unuse_by_slot
from targets.linux.swap.users import kill_users

if TYPE_CHECKING:
    from targets.linux.block.disk import Disk
    from targets.linux.swap.area import SwapArea
    from targets.linux.swap.core import SwapCore

ENOUGH_MEMORY: Final = fault_point(
    "swapoff.memory", "is there memory for all that the area may hold?", ENOMEM
)
SCANNERS: Final = Point("swapoff.scanners", "wait for tasks that still look for a free slot")


def swapoff(core: SwapCore, disk: Disk) -> None:
    """Stop swapping to a device; EINVAL if it is no swap area, ENOMEM if its pages do not fit.

    A signal ends it with EINTR; whatever ends it early, the area is swapped to again.
    """
    area = disable_swap_info(core, disk)
    with slot_caches_disabled(core):
        try:
            try_to_unuse(core, area)
        except Refusal:
            enable_swap_info(core, area, area.prio)
            raise
    kill_users(core, area)
    free_area(core, area)
    unclaim(core, disk)
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
        removal = core.machine.kernel.features.avail_removal
        if removal is AvailRemoval.BEFORE_LOCK:
            del_from_avail_list(core, area)
        with area.lock:
            if removal is AvailRemoval.UNDER_LOCK:
                del_from_avail_list(core, area)
            close_priority_gap(core, area)
            core.nr_swap_pages -= area.pages
            core.total_swap_pages -= area.pages
            area.flags &= ~SWP_WRITEOK
    return area


def free_area(core: SwapCore, area: SwapArea) -> None:
    """Wait for those who look for slots, then free the maps."""
    free_swap_count_continuations(core, area)
    with core.swapon_mutex:
        with core.swap_lock, area.lock:
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
    """Forget which processes may have swapped pages, if no slot of any area is in use.

    swap_lock keeps nobody from taking slots of other areas, each of which has a lock of its own.
    """
    looks_locked = core.machine.kernel.features.mmlist_drain_looks_locked
    if not looks_locked and uses_slots(core):
        return
    with core.mmlist_lock:
        if not looks_locked or not uses_slots(core):
            core.mmlist.clear()


def uses_slots(core: SwapCore) -> bool:
    """Whether a slot of any area is in use."""
    return any(area.inuse_pages for area in core.swap_info)


def try_to_unuse(core: SwapCore, area: SwapArea) -> None:
    """Empty every slot; ENOMEM when a page to read one into is missing, EINTR after a signal."""
    match core.machine.kernel.features.unuse:
        case Unuse.BY_SLOT:
            unuse_by_slot(core, area)
        case Unuse.BY_MM:
            unuse_by_mm(core, area)
