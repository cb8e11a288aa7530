"""Handles: the address of a cell that says where an object is, so that the object can be moved.

Above the address a handle has a tag, as pointers of tag-based KASAN do: how often the address had
been handed out before. Only the sanitizer looks at it; a stale handle leads where it always led.

Up to 5.15 bit 0 of the cell is a lock, the pin: whoever holds it knows that the object stays where
it is. The cell is only touched under the pin or, later, under a lock of the pool, so that taking
and dropping those announces every access.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from fuzz.world.event import accessing_place
from fuzz.world.shared import renew
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.spinlock import SpinLock
from targets.linux.machine.errno import ENOMEM
from targets.linux.machine.gfp import Gfp
from targets.linux.machine.oops import paging_request
from targets.linux.zsmalloc.layout import OBJ_ALLOCATED_TAG
from targets.linux.zsmalloc.promises import HOLDERS, WILD_ACCESS
from targets.linux.zsmalloc.size_class import ZS_HANDLE_SIZE
from targets.linux.zsmalloc.structs import Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from targets.linux.zsmalloc.structs import Pool

PIN: Final = LockClass("zsmalloc.pin", "a handle's cell (HANDLE_PIN_BIT)")
NO_HANDLE: Final = fault_point(
    "zsmalloc.handle", "allocate the cell of a handle", ENOMEM, capability="failslab"
)


TAG_SHIFT: Final = 40
"""Where the tag of a handle begins: far above the addresses of all slab caches."""

ADDRESS_MASK: Final = (1 << TAG_SHIFT) - 1


ALLOCATORS: Final = frozenset(
    {"_caller", "cache_alloc_handle", "zs_malloc", "malloc", "run", "boot"}
    | {"passes", "passes_with_zero_test", "passes_but_whole_pages", "_after_one_test", "_install"}
    | {"one_pass_with_stream", "one_pass_without_sleep", "one_pass_sleeping", "sleep_for_object"}
)
"""Functions that allocate for a function of the kernel, whose object it then is."""


@cache
def without_placement(gfp: Gfp) -> Gfp:
    """Drop from a mask what is meant for pages: slab memory is neither high nor movable."""
    return gfp & ~(Gfp.HIGHMEM | Gfp.MOVABLE)


def cache_alloc_handle(pool: Pool, gfp: Gfp) -> int:
    """Allocate a handle; 0 when there is no memory."""
    address = pool.handle_cache.alloc(without_placement(gfp), NO_HANDLE)
    if not address:
        return 0
    if address not in pool.cells:
        pool.cells[address] = Cell(pool.world, SpinLock(pool.world, PIN, address))
    renew(pool.cells[address])
    pool.cells[address].allocated_in = _caller()
    pool.shadow.allocate(address, ZS_HANDLE_SIZE, f"handle {address:#x}", "zs_malloc")
    return tagged(pool, address)


def _caller() -> str:
    """Name the function of the kernel that wants an object; none when a user of the pool does."""
    place = accessing_place(ALLOCATORS)
    return "" if place == "world" else place


def allocated_in(pool: Pool, handles: Sequence[int]) -> str:
    """Name the function for which the first of these was allocated: the place of a leak."""
    cell = pool.cells.get(handles[0] & ADDRESS_MASK) if handles else None
    return (cell.allocated_in if cell is not None else "") or "zs_malloc"


def cache_free_handle(pool: Pool, handle: int) -> None:
    """Give a handle back; if that has happened before, it is reported and the cache left alone."""
    if pool.shadow.free(handle & ADDRESS_MASK, "zs_free"):
        pool.handle_cache.free(handle & ADDRESS_MASK)


def tagged(pool: Pool, address: int) -> int:
    """Return the handle of a cell that is in use."""
    region = pool.shadow.region(address)
    assert region is not None, "a handle is the address of a cell in use"
    return address | region.generation << TAG_SHIFT


def is_live(pool: Pool, handle: int) -> bool:
    """Whether a handle was handed out, and not freed since."""
    return pool.shadow.is_live(handle & ADDRESS_MASK, handle >> TAG_SHIFT)


def cell_of(pool: Pool, handle: int) -> Cell:
    """Return the cell that a handle leads to, whoever has it now."""
    return pool.cells[handle & ADDRESS_MASK]


def check_address(pool: Pool, handle: int) -> None:
    """Judge what somebody takes for a handle: there was a cell once, or nothing is mapped there."""
    if handle & ADDRESS_MASK not in pool.cells:
        why = f"{handle:#x} is not a handle"
        paging_request(pool.world, WILD_ACCESS, why, accessors=HOLDERS)


def check_cell(pool: Pool, handle: int, *, write: bool = False) -> None:
    """Judge an access to the cell of what somebody takes for a handle."""
    check_address(pool, handle)
    address, tag = handle & ADDRESS_MASK, handle >> TAG_SHIFT
    pool.shadow.check(address, ZS_HANDLE_SIZE, write=write, tag=tag)


def word_at_header(pool: Pool, head: int) -> int:
    """Read 8 bytes where a header would lead if it were an address: it is a cell, and a tag.

    Beyond the cell's own there is one byte of another, of which nothing is known.
    """
    handle = head & ~OBJ_ALLOCATED_TAG
    tag = head & OBJ_ALLOCATED_TAG
    check_address(pool, handle)
    pool.shadow.check((handle & ADDRESS_MASK) + tag, ZS_HANDLE_SIZE, write=False)
    return cell_of(pool, handle).location >> 8 * tag


def pin_tag(pool: Pool, handle: int) -> None:
    """Take the pin, spinning while another CPU has it [up to 5.15]."""
    check_cell(pool, handle, write=True)
    cell_of(pool, handle).pin.acquire()


def trypin_tag(pool: Pool, handle: int) -> bool:
    """Take the pin if it is free [up to 5.15]."""
    check_cell(pool, handle, write=True)
    return cell_of(pool, handle).pin.try_acquire()


def unpin_tag(pool: Pool, handle: int) -> None:
    """Drop the pin."""
    cell_of(pool, handle).pin.release()


def record_obj(pool: Pool, handle: int, location: int) -> None:
    """Write into the cell where the object is."""
    cell_of(pool, handle).location = location


def handle_to_obj(pool: Pool, handle: int) -> int:
    """Read from the cell where the object is."""
    return cell_of(pool, handle).location
