"""Who looks into an area, so that swapoff does not free it under them [mm/swapfile.c].

Until 5.0 nobody is counted: a fault may look into an area that is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.kernel.history.swap import AreaUsers
from targets.linux.machine.oops import paging_request
from targets.linux.swap.area import AREA_LOCK, swap_count, swap_map_once, swp_offset, swp_type
from targets.linux.swap.promises import SWAP_MAP_GONE

if TYPE_CHECKING:
    from targets.linux.swap.area import Entry, SwapArea
    from targets.linux.swap.core import SwapCore

USERS: Final = "users of a swap area"
GET: Final = Point("swap_device.get", "look into an area, if it is not going", Access.WRITE, USERS)
PUT: Final = Point("swap_device.put", "stop looking into an area", Access.WRITE, USERS)
KILL: Final = Point("swap_device.kill", "let nobody look into the area", Access.WRITE, USERS)
WAIT: Final = Point("swap_device.wait", "wait for who looks into the area", Access.WAIT, USERS)
GOING: Final = Point(
    "swap_device.going",
    "let others run: the area is going, and somebody is about to change the page table",
    Access.WAIT,
    USERS,
)
GOING_TICKS: Final = 1
COUNT_READ: Final = Point(
    "swap_map.count", "look at a slot's count, without the area's lock", Access.READ, AREA_LOCK.name
)


def get_swap_device(core: SwapCore, entry: Entry) -> SwapArea | None:
    """Become a user of the area of an entry; None if it is going, or has no such slot."""
    area = core.swap_info[swp_type(entry)]
    core.world.reach(GET, area.type)
    if not area.valid or swp_offset(entry) >= area.max:
        return None
    area.references.taken(area.type, area.users)
    area.users += 1
    return area


def get_swap_device_info(core: SwapCore, area: SwapArea) -> bool:
    """Become a user of an area that offers slots; False if it is going."""
    core.world.reach(GET, area.type)
    if area.valid:
        area.references.taken(area.type, area.users)
        area.users += 1
    return area.valid


def put_swap_device(core: SwapCore, area: SwapArea) -> None:
    """Stop being a user of an area."""
    core.world.reach(PUT, area.type)
    area.references.dropped(area.type, area.users)
    area.users -= 1
    if not area.users:
        area.users_gone.wake_all()


def get_swap_device_for_fault(core: SwapCore, entry: Entry) -> SwapArea | None:
    """Hold an area for a whole fault, where faults do; None if the fault must be given up.

    Where they do not, the area is returned without a hold.
    swapoff goes on once no slot is counted, and who frees one changes the page table after that.
    Until then the processor comes back with the same fault; one wait stands for the rounds.
    """
    match core.machine.kernel.features.area_users:
        case AreaUsers.NONE | AreaUsers.LOOK:
            return core.swap_info[swp_type(entry)]
        case AreaUsers.FAULT:
            area = get_swap_device(core, entry)
            if area is None:
                core.world.sleep(GOING, GOING_TICKS)
            return area


def put_swap_device_after_fault(core: SwapCore, area: SwapArea) -> None:
    """Undo `get_swap_device_for_fault`."""
    if core.machine.kernel.features.area_users is AreaUsers.FAULT:
        put_swap_device(core, area)


def swap_count_of(core: SwapCore, entry: Entry) -> int:
    """Return the count of a slot, read without the area's lock (__swap_count).

    The kernels that count no users follow the address of a map that swapoff may have freed.
    """
    area = core.swap_info[swp_type(entry)]
    core.world.reach(COUNT_READ, area.type)
    offset = swp_offset(entry)
    if offset < area.max:
        return swap_count(swap_map_once(area, offset))
    if core.machine.kernel.features.area_users is AreaUsers.NONE:
        paging_request(core.world, SWAP_MAP_GONE, "swapoff has freed the map of the area")
    return 0


def look_without_hold(core: SwapCore, entry: Entry) -> None:
    """Follow the address of an area that nobody holds, which swapoff may have freed."""
    area = core.swap_info[swp_type(entry)]
    core.world.reach(COUNT_READ, area.type)
    if not area.max:
        why = "swapoff has freed the area of a neighbour"
        paging_request(core.world, SWAP_MAP_GONE, why, accessors=frozenset({"look_without_hold"}))


def kill_users(core: SwapCore, area: SwapArea) -> None:
    """Let nobody look into an area any more, and wait for those who do; swapoff does so last."""
    match core.machine.kernel.features.area_users:
        case AreaUsers.NONE:
            area.valid = False
        case AreaUsers.LOOK | AreaUsers.FAULT:
            core.world.reach(KILL, area.type)
            if core.layout.valid:
                with core.swap_lock, area.lock:
                    area.flags &= ~core.layout.valid
            area.valid = False
            area.users_gone.wait_until(lambda: not area.users, WAIT, area.type)
