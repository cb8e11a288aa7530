"""The state of zswap: a tree of entries for each swap area, their age, a pool, counters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fuzz.sanitize.memory.objects import Mortal
from fuzz.sanitize.references import Counting, References
from fuzz.world.cell import CellClass
from fuzz.world.shared import Fields, Watch, share, shared
from fuzz.world.shared_containers import shared_tree
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.sync.work_queue import WorkQueue
from targets.linux.zswap.contexts import Contexts
from targets.linux.zswap.zpool import zpool_create

if TYPE_CHECKING:
    from fuzz.world.task import Task
    from fuzz.world.world import World
    from targets.linux.machine.machine import Machine
    from targets.linux.swap.area import Entry
    from targets.linux.swap.core import SwapCore

TREE_LOCK: Final = LockClass("zswap.tree", "the entries of a swap area")
LRU_LOCK: Final = LockClass("zswap.lru", "the entries of zswap by age")
ACCEPT_THRESHOLD: Final = 90
"""accept_threshold_percent: how full a pool that was full may be when it takes pages again."""

ZSWAP_REFERENCES: Final = Counting(
    "zswap", "zswap entry", accessors=frozenset({"zswap_entry_find_get", "zswap_entry_put"})
)
ZSWAP_POOL_REFERENCES: Final = Counting(
    "zswap-pool", "zswap pool", accessors=frozenset({"zswap_pool_get", "zswap_pool_put"})
)


ENTRY: Final = CellClass(
    "zswap entry", "the lock of its tree", "zswap_entry_put", locks=(TREE_LOCK,)
)
ENTRIES: Final = CellClass("zswap tree", "its lock", locks=(TREE_LOCK,))
LRU: Final = CellClass(
    "zswap lru", "the lock of the lru", "zswap_lru_add", "zswap_lru_del", locks=(LRU_LOCK,)
)


@shared(Fields(ENTRY, "refcount"))
@dataclass(slots=True, eq=False)
class ZswapEntry(Mortal):
    """What zswap knows of a slot that it has; two entries are never the same."""

    swpentry: Entry
    handle: int = 0
    length: int = 0
    """Bytes of the compressed page; 0 for a page of one word."""
    value: bytes = b""
    """That word."""
    refcount: int = 1
    """The tree's reference, and those of tasks, on a kernel that counts them."""
    number: int = 0
    """Tells entries apart: no part of the kernel."""
    referenced: bool = False
    """Whether the shrinker passes over the entry once."""
    cells: Any = None
    """What `shared` keeps."""


class Tree:
    """The entries of one swap area, by offset: a red-black tree, later an xarray."""

    def __init__(self, world: World, swap_type: int) -> None:
        """Start empty."""
        self.lock = SpinLock(world, TREE_LOCK, swap_type)
        self.entries: dict[int, ZswapEntry] = shared_tree(world, ENTRIES, swap_type)


@dataclass(slots=True)
class ZswapCounters:
    """What has happened, as in /sys/kernel/debug/zswap.

    The kernel says that they are not exact: no lock, and no atomic but for the pages stored.
    """

    stored_pages: int = 0
    same_filled_pages: int = 0
    written_back_pages: int = 0
    pool_limit_hit: int = 0
    duplicate_entry: int = 0
    reject_reclaim_fail: int = 0
    reject_alloc_fail: int = 0
    reject_kmemcache_fail: int = 0
    reject_compress_poor: int = 0
    reject_compress_fail: int = 0


@shared(Fields(LRU, "lru", watch=Watch.USE))
class Zswap:
    """zswap on one machine."""

    def __init__(self, core: SwapCore, max_pages: int, *, enabled: bool) -> None:
        """Make an empty pool that may grow to `max_pages`, and a little beyond."""
        self.core = core
        self.enabled = enabled
        """Whether stores are accepted; what is there can be loaded in any case."""
        self.max_pages = max_pages
        """max_pool_percent, in pages."""
        self.shrinker_enabled = False
        """Whether reclaim may have entries written back (shrinker_enabled)."""
        self.reached_full = False
        """Whether the pool was full and has not come down to the threshold since."""
        self.pool = zpool_create(core.machine)
        self.contexts = Contexts(core.machine)
        self.trees: dict[int, Tree] = {}
        self.lru: list[ZswapEntry] = []
        """Entries that can be written back, the oldest first, on a kernel that keeps them so."""
        self.lru_lock = SpinLock(core.world, LRU_LOCK)
        self.counters = ZswapCounters()
        self.shrink_wq = WorkQueue(core.world, "zswap-shrink")
        self.shrink_pending = False
        self.shrinker: Task | None = None
        """The worker, while it makes room."""
        self.references = References(core.world, ZSWAP_REFERENCES)
        """Who has references to entries, and below how many there were: no part of the kernel."""
        self.pool_references = References(core.world, ZSWAP_POOL_REFERENCES)
        """The same of the pool."""
        self.pool_refcount = 1
        """zswap's own reference, and those of its worker; those of entries are theirs to count."""
        self.entries_made = 0
        share(core.world, self)

    @property
    def machine(self) -> Machine:
        """The machine that zswap runs on."""
        return self.core.machine

    @property
    def world(self) -> World:
        """Its world."""
        return self.core.machine.world
