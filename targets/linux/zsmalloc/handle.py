"""Handles: the address of a cell that says where an object is, so that the object can be moved.

Up to 5.15 bit 0 of the cell is a lock, the pin: whoever holds it knows that the object stays where
it is. The cell is only touched under the pin or, later, under a lock of the pool, so that taking
and dropping those announces every access.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.spinlock import SpinLock
from targets.linux.machine.errno import ENOMEM
from targets.linux.machine.gfp import Gfp
from targets.linux.machine.oops import paging_request
from targets.linux.zsmalloc.promises import HOLDERS, WILD_ACCESS
from targets.linux.zsmalloc.size_class import ZS_HANDLE_SIZE
from targets.linux.zsmalloc.structs import Cell

if TYPE_CHECKING:
    from targets.linux.zsmalloc.structs import Pool

PIN: Final = LockClass("zsmalloc.pin", "a handle's cell (HANDLE_PIN_BIT)")
NO_HANDLE: Final = fault_point(
    "zsmalloc.handle", "allocate the cell of a handle", ENOMEM, capability="failslab"
)


@cache
def without_placement(gfp: Gfp) -> Gfp:
    """Drop from a mask what is meant for pages: slab memory is neither high nor movable."""
    return gfp & ~(Gfp.HIGHMEM | Gfp.MOVABLE)


def cache_alloc_handle(pool: Pool, gfp: Gfp) -> int:
    """Allocate a handle; 0 when there is no memory."""
    handle = pool.handle_cache.alloc(without_placement(gfp), NO_HANDLE)
    if handle:
        if handle not in pool.cells:
            pool.cells[handle] = Cell(SpinLock(pool.world, PIN, handle))
        pool.shadow.allocate(handle, ZS_HANDLE_SIZE, f"handle {handle:#x}", "zs_malloc")
    return handle


def cache_free_handle(pool: Pool, handle: int) -> None:
    """Give a handle back; if that has happened before, it is reported and the cache left alone."""
    if pool.shadow.free(handle, "zs_free"):
        pool.handle_cache.free(handle)


def check_cell(pool: Pool, handle: int, *, write: bool = False) -> None:
    """Judge an access to the cell of what somebody takes for a handle."""
    if handle not in pool.cells:
        why = f"{handle:#x} is not a handle"
        paging_request(pool.world, WILD_ACCESS, why, accessors=HOLDERS)
    pool.shadow.check(handle, ZS_HANDLE_SIZE, write=write)


def pin_tag(pool: Pool, handle: int) -> None:
    """Take the pin, spinning while another CPU has it [up to 5.15]."""
    check_cell(pool, handle, write=True)
    pool.cells[handle].pin.acquire()


def trypin_tag(pool: Pool, handle: int) -> bool:
    """Take the pin if it is free [up to 5.15]."""
    check_cell(pool, handle, write=True)
    return pool.cells[handle].pin.try_acquire()


def unpin_tag(pool: Pool, handle: int) -> None:
    """Drop the pin."""
    pool.cells[handle].pin.release()


def record_obj(pool: Pool, handle: int, location: int) -> None:
    """Write into the cell where the object is."""
    pool.cells[handle].location = location


def handle_to_obj(pool: Pool, handle: int) -> int:
    """Read from the cell where the object is."""
    return pool.cells[handle].location
