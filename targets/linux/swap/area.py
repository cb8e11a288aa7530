"""swap_info_struct: one swap area, and swap entries, which name a slot of one [4.9 mm/swapfile.c].

An area is a file or device, cut into slots of one page; slot 0 holds the header.
`swap_map` has a byte for each slot: a count of page table entries, and SWAP_HAS_CACHE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from fuzz.sanitize.references import Counting, References
from fuzz.world.cell import CellClass
from fuzz.world.shared import Fields, Watch, share, shared
from fuzz.world.shared_containers import byte_once
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.sync.wait_queue import WaitQueue

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.block.disk import Disk
    from targets.linux.machine.page import Page
    from targets.linux.swap.clusters import Clusters

SWAP_MAP_MAX: Final = 0x3E
"""The largest count that fits the byte; from there on it carries into a continuation page."""
SWAP_MAP_BAD: Final = 0x3F
"""The count of a slot that is never used: the header, and those listed as bad."""
SWAP_HAS_CACHE: Final = 0x40
"""The swap cache refers to the slot, in addition to those counted."""
COUNT_CONTINUED: Final = 0x80
"""A continuation page holds the higher digits of the count."""

SWAP_TYPE_SHIFT: Final = 57
"""Where the type starts in a 64-bit entry: five bits, below two that tag radix tree nodes."""
MAX_SWAPFILES: Final = 29
"""Areas at a time: 32 types, less two for migration and one for poisoned pages."""

AREA_LOCK: Final = LockClass("swap_info", "a swap area (swap_info_struct.lock)")
COUNTS: Final = CellClass("swap_map", "the lock of the area", locks=(AREA_LOCK,))
"""Looked at without the lock by intent, too (READ_ONCE): `swap_map_once`."""
SEARCH: Final = CellClass("swap area", "the lock of the area", locks=(AREA_LOCK,))
"""Where free slots are, and how many are in use; read without the lock as a hint."""
AREA_FLAGS: Final = CellClass(
    "swap area flags", "the lock of the area, swap_lock while unused", locks=(AREA_LOCK,)
)
"""Read without the lock all over the kernel, for bits that do not change while the area is on."""
CONTINUED_COUNTS: Final = CellClass(
    "swap count continuations", "the lock of the area", locks=(AREA_LOCK,)
)

AREA_USERS: Final = Counting(
    "swap-device",
    "swap area",
    minds_zero=False,
    accessors=frozenset(
        {"get_swap_device", "get_swap_device_for_fault", "put_swap_device"}
        | {"put_swap_device_after_fault", "get_swap_device_info"}
    ),
)
"""Of the percpu_ref of an area, which has no users at rest."""

Entry: TypeAlias = int
"""swp_entry_t: type and offset in one number; 0 is no entry, because offset 0 is never used."""


def swp_entry(swap_type: int, offset: int) -> Entry:
    """Name slot `offset` of the area of a type."""
    return swap_type << SWAP_TYPE_SHIFT | offset


def swp_type(entry: Entry) -> int:
    """Return the type of an entry: the number of its area."""
    return entry >> SWAP_TYPE_SHIFT


def swp_offset(entry: Entry) -> int:
    """Return the slot of an entry."""
    return entry & ((1 << SWAP_TYPE_SHIFT) - 1)


@shared(
    Fields(
        SEARCH,
        *("lowest_bit", "highest_bit", "cluster_next", "inuse_pages", "pages", "max", "prio"),
        watch=Watch.WRITES,
    ),
    Fields(AREA_FLAGS, "flags", watch=Watch.WRITES),
    Fields(CONTINUED_COUNTS, "continuations", "continuation_pages", watch=Watch.USE),
)
class SwapArea:
    """One swap area (swap_info_struct), which the next area of its type reuses."""

    __slots__ = (
        "cells",
        "cluster_next",
        "clusters",
        "continuation_pages",
        "continuations",
        "disk",
        "first_block",
        "flags",
        "highest_bit",
        "inuse_pages",
        "lock",
        "lowest_bit",
        "max",
        "pages",
        "prio",
        "references",
        "swap_map",
        "type",
        "users",
        "users_gone",
        "valid",
        "zeromap",
    )

    def __init__(self, world: World, swap_type: int) -> None:
        """Make the area of a type, not in use."""
        self.type = swap_type
        self.lock = SpinLock(world, AREA_LOCK, swap_type)
        self.flags = 0
        self.prio = 0
        self.disk: Disk | None = None
        """The device (bdev and swap_file); None while there is none."""
        self.first_block = 0
        """Where the area begins on its device: 0, unless it is a file."""
        self.swap_map = bytearray()
        self.max = 0
        """The number of slots, with the header."""
        self.pages = 0
        """The number of slots that may be used."""
        self.inuse_pages = 0
        self.lowest_bit = 0
        """No slot below it is free."""
        self.highest_bit = 0
        """No slot above it is free; 0 when the area is full."""
        self.cluster_next = 0
        """Where the next search for a free slot starts."""
        self.valid = False
        """Whether who wants to look into the area may (SWP_VALID, later a live `users`)."""
        self.references = References(world, AREA_USERS)
        """Who looks into the area: no part of the kernel."""
        self.users = 0
        """Who looks into the area; swapoff waits for them."""
        self.users_gone = WaitQueue(world)
        self.zeromap = bytearray()
        """For each slot, whether its page is all zeros; empty in a kernel without zeromap."""
        self.clusters: Clusters | None = None
        """Runs of slots for each CPU; None on a device with seeks."""
        self.continuations: dict[int, int] = {}
        """For each slot with COUNT_CONTINUED, how often its count has carried."""
        self.continuation_pages: dict[int, Page] = {}
        """The page that holds the continuations of 4096 neighbouring slots."""
        share(world, self, swap_type)


def swap_map_once(area: SwapArea, offset: int) -> int:
    """Look at a byte of the map without the area's lock (READ_ONCE): it may change at once."""
    return byte_once(area.swap_map, offset)


def swap_count(byte: int) -> int:
    """Return a byte of `swap_map` without SWAP_HAS_CACHE."""
    return byte & ~SWAP_HAS_CACHE


def full_swap_count(area: SwapArea, offset: int) -> int:
    """Return how many page table entries a slot counts, continuations included."""
    count = swap_count(area.swap_map[offset])
    if not count & COUNT_CONTINUED:
        return count
    return (count & ~COUNT_CONTINUED) + (SWAP_MAP_MAX + 1) * area.continuations[offset]
