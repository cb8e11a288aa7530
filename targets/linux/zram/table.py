"""The slots of a device: where the object of each page is [4.9 zram_drv.h, struct zram_meta]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.spinlock import SpinLock
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.memory import fail_page_alloc_exempt
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.machine.slab import failslab_exempt
from targets.linux.zsmalloc.pool import zs_create_pool, zs_destroy_pool, zs_free

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.machine.machine import Machine
    from targets.linux.zsmalloc.structs import Pool

SLOT_LOCK: Final = LockClass("zram.slot", "a slot (ZRAM_ACCESS)")
TABLE: Final = fault_point(
    "zram.table", "vzalloc: memory for the table of slots", ENOMEM, capability="fail_page_alloc"
)
POOL: Final = fault_point(
    "zram.pool", "zs_create_pool: memory for the pool", ENOMEM, capability="failslab"
)


class Slot:
    """One page of the device: an object, a word that fills it, a block elsewhere, or nothing."""

    __slots__ = (
        "ac_time",
        "block",
        "element",
        "handle",
        "huge",
        "idle",
        "incompressible",
        "lock",
        "pp_slot",
        "priority",
        "same",
        "size",
        "under_wb",
        "wb",
    )

    def __init__(self, world: World, index: int) -> None:
        """Make an empty slot."""
        self.lock = SpinLock(world, SLOT_LOCK, index)
        """The bit spinlock ZRAM_ACCESS."""
        self.handle = 0
        """The object's handle, or 0."""
        self.size = 0
        """Bytes in the object; a whole page when it is not compressed."""
        self.same = False
        """ZRAM_SAME, ZRAM_ZERO in 4.6 to 4.10: one word fills the page, which has no object."""
        self.element = 0
        """The word that fills the page, when `same`."""
        self.huge = False
        """ZRAM_HUGE: the page is stored as it is [4.20]."""
        self.wb = False
        """ZRAM_WB: the page is on the backing device, in `block` [4.14]."""
        self.block = 0
        self.under_wb = False
        """ZRAM_UNDER_WB: the page is on its way to the backing device [5.0 to 6.12]."""
        self.pp_slot = False
        """ZRAM_PP_SLOT: writeback or recompression has selected the slot [6.14]."""
        self.idle = False
        """ZRAM_IDLE: nobody has used the slot since it was marked [5.0]."""
        self.incompressible = False
        """ZRAM_INCOMPRESSIBLE: no algorithm makes the page smaller [6.3]."""
        self.priority = 0
        """Which of the device's algorithms compressed the page, 0 to 3 [6.3]."""
        self.ac_time = 0
        """Virtual time of the last access, where the kernel tracks it [4.20]."""


class Meta:
    """The slots and the pool of their objects; they live from disksize to reset."""

    def __init__(self, machine: Machine, pages: int, pool: Pool) -> None:
        """Make `pages` empty slots."""
        self.pages = pages
        self.pool = pool
        self.slots: dict[int, Slot] = {}
        """The slots that were ever touched: most of a device never is."""
        self._world = machine.world

    def slot(self, index: int) -> Slot:
        """Return the slot of a page of the device."""
        assert 0 <= index < self.pages, "requests are checked against the size of the device"
        slot = self.slots.get(index)
        if slot is None:
            self.slots[index] = slot = Slot(self._world, index)
        return slot


def zram_meta_alloc(machine: Machine, pool_name: str, disksize: int) -> Meta:
    """Make the table and the pool of a device of `disksize` bytes, or refuse with ENOMEM."""
    pages = disksize // PAGE_SIZE
    world = machine.world
    world.might_sleep()
    if world.fault(TABLE, size=pages, exempt=fail_page_alloc_exempt(GFP_KERNEL)) or not pages:
        raise Refusal(ENOMEM)
    if world.fault(POOL, exempt=failslab_exempt(GFP_KERNEL)):
        raise Refusal(ENOMEM)
    return Meta(machine, pages, zs_create_pool(machine, pool_name))


def zram_meta_free(meta: Meta) -> None:
    """Free what is left in the slots, and the pool."""
    for index in sorted(meta.slots):
        handle = meta.slots[index].handle
        if handle:
            zs_free(meta.pool, handle)
    zs_destroy_pool(meta.pool)
