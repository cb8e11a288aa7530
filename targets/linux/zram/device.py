"""struct zram: what a device is while it is set up, and who uses it [4.9 zram_drv.h]."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from fuzz.sanitize.memory.objects import Mortal
from fuzz.values.point import Access, Point
from fuzz.world.cell import Cell, CellClass
from fuzz.world.shared import Fields, Watch, share, shared
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.rw_semaphore import RwSemaphore
from fuzz.world.sync.wait_queue import WaitQueue
from fuzz.world.sync.work_queue import WorkQueue
from targets.linux.block.disk import BD_MUTEX, Disk
from targets.linux.zram.backing_state import BackingState
from targets.linux.zram.comps import ZRAM_PRIMARY_COMP, Comps, comp_of
from targets.linux.zram.stats import ZramStats

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.world.world import World
    from targets.linux.block.disk import DiskOperations
    from targets.linux.machine.machine import Machine
    from targets.linux.zram.table import Meta
    from targets.linux.zram.zcomp import Zcomp

INIT_LOCK: Final = LockClass("zram.init_lock", "a zram device's set-up")
DEVICE_LOCK: Final = LockClass("zram.lock", "the table of a zram device")
PARTS_LOCK: Final = LockClass("zram.parts", "parts of pages that are written")
META_GET: Final = Point(
    "zram.meta.get", "use the table, unless a reset is waiting to free it", Access.READ, "zram meta"
)
META_PUT: Final = Point("zram.meta.put", "stop using the table", Access.READ, "zram meta")
META_KILL: Final = Point(
    "zram.meta.kill", "let no request use the table any more", Access.WRITE, "zram meta"
)
META_WAIT: Final = Point(
    "zram.meta.wait", "wait until no request uses the table", Access.WAIT, "zram meta"
)


SIZE: Final = CellClass(
    "zram disksize", "init_lock, held for writing", "_forget_size", locks=(INIT_LOCK,)
)
"""Who serves requests or shows the size looks at it without the lock: the device is open then."""
LIMIT: Final = CellClass("zram limit_pages", "init_lock, held for writing", locks=(INIT_LOCK,))
"""A write looks at it without the lock: it may exceed a limit that was set just now."""
CLAIM: Final = CellClass("zram claim", "bd_mutex", locks=(BD_MUTEX,))
SET_UP: Final = CellClass("whether a zram is set up", "its size, which is set last")
META: Final = CellClass(
    "zram table and pool", "init_lock, and requests that hold it", locks=(INIT_LOCK,)
)


class Files:
    """Who uses the files of a device in sysfs, and whether they are still there."""

    def __init__(self, world: World) -> None:
        """Start with nobody."""
        self.users = 0
        self.removed = False
        self.idle = WaitQueue(world)
        """Who waits for the last user."""


class ModuleState(Enum):
    """How far the module is (enum module_state)."""

    COMING = "it makes its devices, which may be used"
    LIVE = "it is there, and may be used"
    GOING = "nobody new may use it, and it takes its devices away"
    GONE = "its code and its data are memory of others"


class Module:
    """The module that a device belongs to, as far as its users look at it."""

    def __init__(self, state: ModuleState = ModuleState.LIVE) -> None:
        """Be loaded, or about to be."""
        self.state = state

    @property
    def is_live(self) -> bool:
        """Whether it may be used (module_is_live)."""
        return self.state in (ModuleState.COMING, ModuleState.LIVE)


@shared(
    Fields(SIZE, "disksize", watch=Watch.WRITES),
    Fields(LIMIT, "limit_pages", watch=Watch.WRITES),
    Fields(CLAIM, "claim"),
    Fields(META, "meta"),
)
class Zram(Mortal):
    """A device. `meta` exists once `disksize_store` has set it; `init_done` says so."""

    meta: Meta
    fields_of_the_pointer = frozenset({"disk", "files", "machine", "number"})
    """Its gendisk and its files have lifetimes of their own."""

    def __init__(
        self,
        machine: Machine,
        number: int,
        operations: Callable[[Zram], DiskOperations],
        *,
        asynchronous: bool,
    ) -> None:
        """Make a device without a size."""
        self.machine = machine
        self.number = number
        self.disk = Disk(machine, f"zram{number}", number, operations(self))
        self.worker = WorkQueue(machine.world, "zramd") if asynchronous else None
        """Who handles requests, on the development kernel on which they are queued."""
        self.init_lock = RwSemaphore(machine.world, INIT_LOCK, number)
        self.lock = RwSemaphore(machine.world, DEVICE_LOCK, number)
        """The lock of the table before slots had locks [3.14]; for who still takes it."""
        self.parts_lock = RwSemaphore(machine.world, PARTS_LOCK, number)
        """No part of any release: for one that lets nobody in between reading and writing a page.
        """
        self.disksize = 0
        """Size in bytes; 0 while the device is not set up."""
        self.set_up = Cell(machine.world, SET_UP, number)
        """Published with the size: a request that sees the size sees the table, too."""
        self.limit_pages = 0
        """Pages that objects may use; 0 for no limit."""
        self.max_comp_streams = 1
        self.comps = Comps(machine)
        self.refcount = 0
        """Users of `meta`: one for the set-up, one for each request under way."""
        self.io_done = WaitQueue(machine.world)
        self.claim = False
        """Whether a reset is under way, which keeps openers out; guarded by bd_mutex."""
        self.backing = BackingState(machine.world, number)
        self.files = Files(machine.world)
        self.module = Module()
        """Shared by all devices that a control makes."""
        self.stats = ZramStats()
        share(machine.world, self, number)

    @property
    def comp(self) -> Zcomp:
        """The compressor that pages are written with, while the device has a size."""
        return comp_of(self, ZRAM_PRIMARY_COMP)


def init_done(zram: Zram) -> bool:
    """Whether the device has a size."""
    return zram.disksize != 0


def zram_meta_get(zram: Zram) -> bool:
    """Use the table (atomic_inc_not_zero); False when there is none, or it is about to go."""
    zram.machine.world.reach(META_GET, zram.number)
    if not zram.refcount:
        return False
    zram.refcount += 1
    return True


def zram_meta_put(zram: Zram) -> None:
    """Stop using the table; the last one wakes a waiting reset."""
    zram.machine.world.reach(META_PUT, zram.number)
    _drop_meta(zram)


def zram_meta_kill(zram: Zram) -> None:
    """Drop the reference of the set-up and sleep until no request uses the table."""
    world = zram.machine.world
    world.might_sleep()
    world.reach(META_KILL, zram.number)
    _drop_meta(zram)
    zram.io_done.wait_until(lambda: not zram.refcount, META_WAIT, zram.number)


def _drop_meta(zram: Zram) -> None:
    assert zram.refcount > 0, "a reference is dropped once"
    zram.refcount -= 1
    if not zram.refcount:
        zram.io_done.wake_all()
