"""The structs of zsmalloc: state without behaviour, which its other files share."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from fuzz.world.cell import Cell as SharedCell
from fuzz.world.cell import CellClass, Cells
from fuzz.world.shared import Fields, Watch, share, shared
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.rw_lock import RwLock
from targets.linux.zsmalloc.layout import Layout, layout_of
from targets.linux.zsmalloc.zspage_lock import ZSPAGE_LOCK, ZspageLock

if TYPE_CHECKING:
    from fuzz.sanitize.memory.shadow import Shadow
    from fuzz.world.sync.per_cpu import PerCpu
    from fuzz.world.sync.spinlock import SpinLock
    from fuzz.world.sync.work_queue import WorkQueue
    from fuzz.world.world import World
    from targets.linux.kernel.features import Features
    from targets.linux.machine.machine import Machine
    from targets.linux.machine.memory import Memory
    from targets.linux.machine.page import Page
    from targets.linux.machine.slab import KmemCache
    from targets.linux.zsmalloc.size_class import SizeClass


GROUPS_MAX: Final = 12
"""Fullness groups of a class in 6.5, which has the most."""


CLASS_LOCK: Final = LockClass("zsmalloc.class", "a size class: its lists and free chains")
POOL_LOCK: Final = LockClass("zsmalloc.pool", "a pool: its classes and handles")
CLASS_LOCKS: Final = (CLASS_LOCK, POOL_LOCK)
"""What "the lock of the class" is: of some kernels, that of its pool."""
LISTS: Final = CellClass("zsmalloc fullness lists", "the lock of the class", locks=CLASS_LOCKS)
OBJ_STATS: Final = CellClass("zsmalloc class stats", "the lock of the class", locks=CLASS_LOCKS)
"""Summed up without the lock to guess what compaction could free (zs_can_compact)."""
ZSPAGE: Final = CellClass("zsmalloc zspage", "the lock of its class", locks=CLASS_LOCKS)
"""inuse, freeobj, fullness, isolated: bit fields of two words that all change together."""
LOCATION: Final = CellClass(
    "zsmalloc handle",
    "its pin, or what keeps objects in their places",
    *("handle_to_obj", "record_obj", "get_zspage", "hold_object", "lock_to_free"),
)
AREA: Final = CellClass("zsmalloc mapping area", "its CPU, with preemption disabled")
OBJECT: Final = CellClass("zsmalloc object", "what keeps it in its place, and its owner")
COMPACTED: Final = CellClass("zsmalloc pages_compacted", "nothing up to 5.11, then an atomic")
"""Read without a lock for statistics and by the shrinker: only who writes is judged."""


class Group(IntEnum):
    """How full a zspage is (enum fullness_group), in the order of 4.8.

    From 6.5 on there are 12 groups; EMPTY is the first of them as well.
    """

    EMPTY = 0
    ALMOST_EMPTY = 1
    ALMOST_FULL = 2
    FULL = 3


class MapMode(IntEnum):
    """What a mapping is for (enum zs_mapmode)."""

    RW = 0
    RO = 1
    WO = 2


@shared(Fields(LOCATION, "location"))
class Cell:
    """What a handle points at: the location of an object, and the pin."""

    __slots__ = ("allocated_in", "cells", "location", "pin")

    def __init__(self, world: World, pin: SpinLock) -> None:
        """Make a cell that says nothing yet."""
        self.location = 0
        """Page frame and index of the object; keeps its last value when the handle is freed."""
        self.pin = pin
        self.allocated_in = ""
        """The function for which the handle was allocated: no part of the kernel, for judges."""
        share(world, self, pin.instance)


@shared(
    Fields(LISTS, "lists", watch=Watch.USE),
    Fields(OBJ_STATS, "obj_allocated", "obj_used", watch=Watch.WRITES),
)
class ZsClass:
    """struct size_class: the zspages of one class in one pool. Guarded by its lock."""

    __slots__ = ("cells", "facts", "features", "lists", "lock", "obj_allocated", "obj_used")

    def __init__(self, world: World, facts: SizeClass, features: Features, lock: SpinLock) -> None:
        """Make a class without zspages."""
        self.facts = facts
        self.features = features
        self.lock = lock
        self.lists: list[list[Zspage]] = [[] for _ in range(GROUPS_MAX)]
        """The zspages of each fullness group, first the one that is looked at first."""
        self.obj_allocated = 0
        """Objects that the zspages have room for."""
        self.obj_used = 0
        share(world, self, facts.size)


@shared(Fields(ZSPAGE, "group", "isolated", "inuse", "freeobj", "huge_head"))
class Zspage:
    """Pages, how many of their objects are in use, and the head of the free chain."""

    __slots__ = (
        "address",
        "cells",
        "freeobj",
        "group",
        "huge_head",
        "inuse",
        "isolated",
        "layout",
        "lock",
        "pages",
        "users",
        "zs_class",
    )

    def __init__(
        self, world: World, zs_class: ZsClass, pages: list[Page], address: int, number: int
    ) -> None:
        """Describe `pages`, whose bytes `init_zspage` will fill; `number` tells it from others."""
        self.zs_class = zs_class
        self.pages = pages
        self.address = address
        """Where the struct is, 0 if there is none."""
        self.layout: Layout = layout_of(zs_class.facts.size, zs_class.facts.pages)
        self.group: int = Group.EMPTY
        """The fullness group that it counts as."""
        self.lock = RwLock(world, ZSPAGE_LOCK, number)
        """Read by who uses an object, written by who moves one [4.8 to 6.14]."""
        self.users = ZspageLock(world, number)
        """The same, but its readers may sleep [6.16]."""
        self.isolated = 0
        """Pages of it that are about to be migrated [4.8 to 5.15]."""
        self.inuse = 0
        self.freeobj = 0
        """The free object that is handed out next, as the kernel keeps it."""
        self.huge_head = 0
        """The header of a huge object, which has no room for it."""
        share(world, self, number)


@shared(Fields(AREA, "buffer", watch=Watch.USE), Fields(AREA, "mode", "user"))
class MappingArea:
    """struct mapping_area: the buffer of one CPU for objects that span two pages."""

    __slots__ = ("address", "buffer", "cells", "mode", "user")

    def __init__(self, world: World, address: int, size: int) -> None:
        """Make a buffer of `size` bytes that lies at `address`."""
        self.address = address
        self.buffer = bytearray(size)
        self.mode = MapMode.RW
        self.user = 0
        """The handle of the object that is mapped, 0 for none."""
        share(world, self, hex(address))


@dataclass(slots=True, eq=False)
class Pool:
    """struct zs_pool: everything that one user of zsmalloc has allocated."""

    machine: Machine
    name: str
    number: int
    """Tells the pool from every other of its machine."""
    table: tuple[SizeClass, ...]
    """The class of every index."""
    handle_cache: KmemCache
    zspage_cache: KmemCache | None
    """Where the structs of zspages come from; None for kernels that have none."""
    shadow: Shadow
    areas: PerCpu[MappingArea]
    lock: SpinLock
    """Guards all classes and handles [6.3 to 6.8]."""
    migrate_lock: RwLock
    """Read by who follows a handle, written by who moves objects [5.17 on, but where `lock` is]."""
    free_work: WorkQueue | None
    """Who frees zspages whose pages were locked; None where nobody locks them."""
    world: World = field(init=False)
    features: Features = field(init=False)
    memory: Memory = field(init=False)
    contents: Cells = field(init=False)
    """The bytes of each object, by handle."""
    compacted: SharedCell = field(init=False)
    cells: dict[int, Cell] = field(default_factory=dict[int, Cell])
    """The cell of each handle, freed ones included."""
    classes: dict[int, ZsClass] = field(default_factory=dict[int, ZsClass])
    """The classes by index; one appears when it is first used."""
    zspages: dict[int, Zspage] = field(default_factory=dict[int, Zspage])
    """The zspage of each page frame (get_zspage)."""
    isolated_pages: dict[int, Page] = field(default_factory=dict[int, "Page"])
    """Pages that are about to be migrated, by frame (PageIsolated)."""
    zspages_made: int = 0
    pages_allocated: int = 0
    pages_compacted: int = 0
    compacted_for_judges: int = 0
    """What `pages_compacted` must be when nothing compacts: no part of the kernel."""
    compacting: bool = False
    """compaction_in_progress: whether somebody compacts the pool [6.5]."""
    free_work_pending: bool = False
    """Whether `free_work` was asked for and has not begun."""

    def __post_init__(self) -> None:
        """Keep at hand what nearly every function needs."""
        self.world = self.machine.world
        self.features = self.machine.kernel.features
        self.memory = self.machine.memory
        self.contents = Cells(self.world, OBJECT)
        self.compacted = SharedCell(self.world, COMPACTED, self.number)
