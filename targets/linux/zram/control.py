"""The class zram-control: files that make devices and remove them [zram_drv.c]."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point, fault_point
from fuzz.world.cell import Cell, CellClass
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from targets.linux.block.disk import del_gendisk
from targets.linux.kernel.history.zram_life import IndexAfterRemoval, Removal, RemovalClaim
from targets.linux.machine.errno import EBUSY, EINVAL, ENODEV, ENOENT, ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.slab import failslab_exempt
from targets.linux.zram.device import Files, Module
from targets.linux.zram.numbers import kstrtoint_decimal
from targets.linux.zram.operations import zram_alloc, zram_publish
from targets.linux.zram.promises import DUPLICATE_DEVICE
from targets.linux.zram.reset import zram_reset_device

if TYPE_CHECKING:
    from collections.abc import Generator

    from targets.linux.kernel.kernel import Kernel
    from targets.linux.machine.machine import Machine
    from targets.linux.zram.device import Zram

INDEX_MUTEX: Final = LockClass("zram.index_mutex", "the devices by number (zram_index_mutex)")
CONTROL_USE: Final = Point(
    "zram.control.use", "use a file of the class", Access.READ, "zram-control files"
)
ADD: Final = fault_point("zram.add", "kzalloc: memory for a device", ENOMEM, capability="failslab")
FILES_REMOVE: Final = Point(
    "zram.files.remove", "take the files of a device away", Access.WRITE, "zram files"
)
FILES_DRAIN: Final = Point(
    "zram.files.drain", "wait for who uses a file of a device", Access.WAIT, "zram files"
)
INDEX: Final = CellClass("zram_index_idr", "zram_index_mutex", "add", locks=(INDEX_MUTEX,))


class ZramControl:
    """The devices of a machine by number (zram_index_idr), and those that are gone."""

    def __init__(self, machine: Machine, *, asynchronous: bool = False) -> None:
        """Start without a device; `asynchronous` is about those that are made."""
        self.machine = machine
        self.devices: dict[int, Zram] = {}
        self.every: list[Zram] = []
        """Each device that there ever was: no part of the kernel, for judges."""
        self.module = Module()
        self.files = Files(machine.world)
        """hot_add and hot_remove, and who uses them."""
        self._asynchronous = asynchronous
        self._index = Cell(machine.world, INDEX)
        self._mutex = Mutex(machine.world, INDEX_MUTEX)

    def add(self, *, seen: bool = False) -> Zram:
        """Make the device of the smallest free number (zram_add), as loading the module does.

        `seen` is whether tasks run who may see it at once.
        """
        number = next(each for each in range(len(self.devices) + 1) if each not in self.devices)
        self._index.write()
        name = f"zram{number}"
        if name in self.machine.disks:
            self.machine.world.report(
                DUPLICATE_DEVICE,
                f"sysfs: cannot create duplicate filename '/devices/virtual/block/{name}'",
                "the index has forgotten a device that is still there",
                place="zram_add",
                fatal=True,
            )
        zram = zram_alloc(self.machine, number, asynchronous=self._asynchronous)
        self.devices[number] = zram
        self.every.append(zram)
        zram.module = self.module
        zram_publish(zram, seen=seen)
        return zram

    def load(self) -> None:
        """Make the first device of a module that is loaded while tasks run (zram_init)."""
        with self._mutex:
            self.add(seen=True)

    def hot_add_show(self) -> str:
        """Make a device and show its number; ENOMEM, or ENOENT without the module."""
        with self._used(), self._mutex:
            self.machine.memory.fs_reclaim.might_alloc(GFP_KERNEL)
            if self.machine.world.fault(ADD, exempt=failslab_exempt(GFP_KERNEL)):
                raise Refusal(ENOMEM)
            return str(self.add(seen=True).number)

    def hot_remove_store(self, text: str) -> None:
        """Remove a device by its number; EINVAL, ERANGE, ENODEV, or EBUSY while it is open."""
        number = kstrtoint_decimal(text)
        if number < 0:
            raise Refusal(EINVAL)
        with self._used(), self._mutex:
            self._index.write()
            zram = self.devices.get(number)
            if zram is None:
                raise Refusal(ENODEV)
            try:
                zram_remove(zram)
            except Refusal:
                if _forgets(self.machine.kernel):
                    del self.devices[number]
                raise
            del self.devices[number]
            self.machine.memory.slab.free(zram)

    @contextmanager
    def _used(self) -> Generator[None]:
        """Keep the files of the class from being removed; ENOENT when they are."""
        self.machine.world.reach(CONTROL_USE)
        if self.files.removed:
            raise Refusal(ENOENT)
        self.files.users += 1
        try:
            yield
        finally:
            self.files.users -= 1
            if not self.files.users:
                self.files.idle.wake_all()


def hot_add_mode(kernel: Kernel) -> int:
    """Return who may read `hot_add`, as the mode of the file."""
    return 0o400 if kernel.features.hot_add_for_root else 0o444


def zram_remove(zram: Zram) -> None:
    """Reset a device and take its disk and its files away; EBUSY while somebody has it open."""
    if zram.machine.kernel.features.removal_holds_mutex:
        _remove_holding_mutex(zram)
        return
    claimed = _claim(zram)
    match zram.machine.kernel.features.removal:
        case Removal.FILES_FIRST:
            _remove_files(zram)
            zram_reset_device(zram)
            del_gendisk(zram.disk)
        case Removal.FILES_LAST:
            if not claimed:
                zram_reset_device(zram)
            _remove_files(zram)
            del_gendisk(zram.disk)
        case Removal.RESET_AGAIN:
            if not claimed:
                zram_reset_device(zram)
            _remove_files(zram)
            del_gendisk(zram.disk)
            zram_reset_device(zram)


def _remove_holding_mutex(zram: Zram) -> None:
    """Keep openers out by bd_mutex, while the files go and the device is reset [before 4.2]."""
    with zram.disk.bd_mutex:
        if zram.disk.openers:
            raise Refusal(EBUSY)
        _remove_files(zram)
        zram_reset_device(zram)
    del_gendisk(zram.disk)


def _claim(zram: Zram) -> bool:
    """Claim a device that is closed; True if a reset has claimed it, and will have done that."""
    with zram.disk.bd_mutex:
        claimed = zram.claim
        if zram.disk.openers or (claimed and not _joins(zram.machine.kernel)):
            raise Refusal(EBUSY)
        zram.claim = True
    return claimed


def _joins(kernel: Kernel) -> bool:
    """Whether a removal goes on although a reset has claimed the device."""
    match kernel.features.removal_claim:
        case RemovalClaim.REFUSED:
            return False
        case RemovalClaim.JOINED:
            return True


def _remove_files(zram: Zram) -> None:
    """Let nobody use a file any more, and wait for who does (kernfs_drain)."""
    world = zram.machine.world
    world.might_sleep()
    world.reach(FILES_REMOVE, zram.number)
    zram.files.removed = True
    zram.files.idle.wait_until(lambda: not zram.files.users, FILES_DRAIN, zram.number)


def _forgets(kernel: Kernel) -> bool:
    match kernel.features.index_after_removal:
        case IndexAfterRemoval.FORGETS:
            return True
        case IndexAfterRemoval.FORGETS_IF_REMOVED:
            return False
