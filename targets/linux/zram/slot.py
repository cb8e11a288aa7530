"""One slot of a device: what is in it, who may look, when it was used [zram_drv.h]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.world.cell import CellClass
from fuzz.world.shared import Fields, share, shared
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from fuzz.world.sync.spinlock import SpinLock
from targets.linux.kernel.history.zram import SlotLock
from targets.linux.machine.page import PAGE_SIZE

if TYPE_CHECKING:
    from targets.linux.machine.machine import Machine
    from targets.linux.zram.device import Zram

SLOT_LOCK: Final = LockClass("zram.slot", "a slot")
EMPTYING: Final = ("zram_free_page", "_make_room")
"""Who empties a slot for its caller, which has taken the lock."""
FLAGS: Final = CellClass(
    "zram slot flags",
    "the lock of the slot",
    *("zram_allocated", "zram_accessed", "_has_object", "_stored_whole", "written_back"),
    *EMPTYING,
    locks=(SLOT_LOCK,),
)
"""The word `value`, later `flags`: a size and bits, which are set and cleared plainly."""
HANDLE: Final = CellClass(
    "zram slot handle", "the lock of the slot", "_has_object", *EMPTYING, locks=(SLOT_LOCK,)
)
"""The word `handle`, which is a word that fills the page or a block elsewhere at other times."""
AC_TIME: Final = CellClass(
    "zram slot ac_time", "the lock of the slot", *EMPTYING, locks=(SLOT_LOCK,)
)
WORD: Final = 8
"""Bytes of an unsigned long."""


@shared(
    Fields(
        FLAGS,
        *("size", "same", "huge", "wb", "under_wb", "pp_slot", "idle", "incompressible"),
        "priority",
    ),
    Fields(HANDLE, "handle", "element", "block"),
    Fields(AC_TIME, "ac_time"),
)
class Slot:
    """One page of the device: an object, a word that fills it, a block elsewhere, or nothing."""

    __slots__ = (
        "ac_time",
        "block",
        "cells",
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

    def __init__(self, machine: Machine, index: int) -> None:
        """Make an empty slot."""
        self.lock = _make_lock(machine, index)
        """Held by whoever looks at the slot; `try_acquire` is zram_slot_trylock [5.0]."""
        self.handle = 0
        """The object's handle, or 0."""
        self.size = 0
        """Bytes in the object; a whole page when it is not compressed."""
        self.same = False
        """ZRAM_SAME, ZRAM_ZERO in 4.6 to 4.10: one word fills the page, which has no object."""
        self.element = 0
        """The word that fills the page, when `same`."""
        self.huge = False
        """Whether the page is stored as it is; ZRAM_HUGE, from 4.20 on."""
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
        share(machine.world, self, index)


def _make_lock(machine: Machine, index: int) -> SpinLock | Mutex:
    match machine.kernel.features.slot_lock:
        case SlotLock.BIT_SPINLOCK | SlotLock.SPINLOCK:
            return SpinLock(machine.world, SLOT_LOCK, index)
        case SlotLock.SLEEPING:
            return Mutex(machine.world, SLOT_LOCK, index)


def filled_page(element: int) -> bytes:
    """Return the page that one 8-byte word fills."""
    return element.to_bytes(WORD, "little") * (PAGE_SIZE // WORD)


def zram_allocated(slot: Slot) -> bool:
    """Whether the slot, whose lock is held, holds a page."""
    return bool(slot.size or slot.same or slot.wb)


def zram_accessed(zram: Zram, slot: Slot) -> None:
    """Note that somebody used the slot, whose lock is held."""
    slot.idle = False
    slot.pp_slot = False
    if zram.machine.kernel.build.memory_tracking:
        slot.ac_time = zram.machine.world.clock.now
