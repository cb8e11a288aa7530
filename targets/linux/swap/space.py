"""swapper_spaces: the swap cache, one address space for each type of area [4.9 mm/swap_state.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.world.cell import CellClass
from fuzz.world.shared_containers import shared_tree
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.sync.wait_queue import WaitQueue

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.block.disk import Disk
    from targets.linux.machine.page import Page

TREE_LOCK: Final = LockClass(
    "tree_lock", "a swapper address space (tree_lock, i_pages)", irqs_off=True
)
"""Taken with interrupts off everywhere: up to 4.9 the end of writeback takes it in one."""


CACHED: Final = CellClass("swap cache", "tree_lock", locks=(TREE_LOCK,))
"""Looked up without the lock, under RCU: `dict.get`."""


class SwapperSpace:
    """The pages of one type that are in the swap cache, by offset. It outlives the area."""

    __slots__ = ("host", "pages", "reservations", "stable_writes", "tree_lock", "type", "world")

    def __init__(self, world: World, swap_type: int) -> None:
        """Make the empty space of a type."""
        self.world = world
        self.type = swap_type
        self.tree_lock = SpinLock(world, TREE_LOCK, swap_type)
        self.pages: dict[int, Page] = shared_tree(world, CACHED, swap_type)
        self.reservations = WaitQueue(world)
        """Who waits for a place that SWAP_HAS_CACHE reserves to be filled, or given up."""
        self.host: Disk | None = None
        """The device behind mapping->host; only the first design for stable pages sets it."""
        self.stable_writes = False
        """AS_STABLE_WRITES; only the second design for stable pages sets it."""
