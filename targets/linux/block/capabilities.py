"""What a device asks of those who use it: stable pages, and whether it is synchronous.

`bdev_stable_writes` and `bdev_synchronous` are what swapon asks on every kernel.
Where a kernel keeps the answer, and who may change it, differs.
"""

from __future__ import annotations

from enum import Flag
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.kernel.history.block import (
    IntegrityCapability,
    StableWord,
    SynchronousWord,
)
from targets.linux.machine.errno import EINVAL, ENOENT, Refusal

if TYPE_CHECKING:
    from targets.linux.block.disk import Disk

CAPABILITIES_READ: Final = Point(
    "bdi.capabilities.test", "does the device want stable pages?", Access.READ, "bdi capabilities"
)
CAPABILITIES_WRITE: Final = Point(
    "bdi.capabilities.set", "change what the device asks for", Access.WRITE, "bdi capabilities"
)


class Bdi(Flag):
    """What devices ask for: bits of a backing_dev_info, from 5.10 on of a request queue."""

    NONE = 0
    STABLE_WRITES = 0x08
    SYNCHRONOUS_IO = 0x40


# Stable pages


def bdev_stable_writes(disk: Disk) -> bool:
    """Whether the device wants pages to stay as they are while it looks at them."""
    match disk.machine.kernel.features.stable_word:
        case StableWord.BDI:
            return bdi_cap_stable_pages_required(disk)
        case StableWord.QUEUE:
            disk.machine.world.reach(CAPABILITIES_READ, disk.number)
            return wants_stable_pages(disk)


def bdi_cap_stable_pages_required(disk: Disk) -> bool:
    """Test BDI_CAP_STABLE_WRITES [4.9 include/linux/backing-dev.h]."""
    disk.machine.world.reach(CAPABILITIES_READ, disk.number)
    return wants_stable_pages(disk)


def wants_stable_pages(disk: Disk) -> bool:
    """Return what `bdev_stable_writes` would, now; for judges too, it announces nothing."""
    derived = _integrity_capability(disk) is IntegrityCapability.DERIVED and disk.integrity
    return derived or Bdi.STABLE_WRITES in disk.capabilities


def set_stable_writes(disk: Disk, *, wanted: bool) -> None:
    """Set or clear what a device asks for, BDI_CAP_STABLE_WRITES or the flag of its queue."""
    _set_capability(disk, Bdi.STABLE_WRITES, on=wanted)


def queue_stable_writes_store(disk: Disk, text: str) -> None:
    """Write `queue/stable_writes`: root knows better than the driver [5.10 block/blk-sysfs.c].

    ENOENT on a kernel without the file, EINVAL for what is no number.
    Whoever sampled the wish before is not told.
    """
    match disk.machine.kernel.features.stable_word:
        case StableWord.BDI:
            raise Refusal(ENOENT)
        case StableWord.QUEUE:
            if not text.isdecimal():
                raise Refusal(EINVAL)
            disk.overruled = True
            set_stable_writes(disk, wanted=int(text) != 0)


# Being synchronous


def bdev_synchronous(disk: Disk) -> bool:
    """Whether a request is over when submitting it returns, as far as the kernel can tell."""
    match disk.machine.kernel.features.synchronous_word:
        case SynchronousWord.NONE:
            return False
        case _:
            disk.machine.world.reach(CAPABILITIES_READ, disk.number)
            return is_synchronous(disk)


def is_synchronous(disk: Disk) -> bool:
    """Return what `bdev_synchronous` would, now; for judges too, it announces nothing."""
    match disk.machine.kernel.features.synchronous_word:
        case SynchronousWord.NONE:
            return False
        case SynchronousWord.BDI | SynchronousWord.QUEUE:
            return Bdi.SYNCHRONOUS_IO in disk.capabilities
        case SynchronousWord.RW_PAGE:
            return disk.operations.has_rw_page


def set_synchronous(disk: Disk, *, synchronous: bool) -> None:
    """Say, in the kernel's word for it, whether the device is synchronous from now on."""
    match disk.machine.kernel.features.synchronous_word:
        case SynchronousWord.NONE:
            pass
        case SynchronousWord.BDI | SynchronousWord.QUEUE:
            _set_capability(disk, Bdi.SYNCHRONOUS_IO, on=synchronous)
        case SynchronousWord.RW_PAGE:
            _announce_change(disk)
            disk.operations.has_rw_page = synchronous


# Integrity profiles


def blk_integrity_register(disk: Disk) -> None:
    """Declare that the device checks what it is given (DIF/DIX)."""
    disk.integrity = True
    match _integrity_capability(disk):
        case IntegrityCapability.REVALIDATED:
            blk_integrity_revalidate(disk)
        case IntegrityCapability.REGISTERED:
            set_stable_writes(disk, wanted=True)
        case IntegrityCapability.DERIVED:
            pass


def blk_integrity_unregister(disk: Disk) -> None:
    """Declare that the device checks nothing any more.

    Up to 4.11 the capability is looked at before the profile goes: it stays until a revalidation.
    """
    match _integrity_capability(disk):
        case IntegrityCapability.REVALIDATED:
            blk_integrity_revalidate(disk)
        case IntegrityCapability.REGISTERED:
            set_stable_writes(disk, wanted=False)
        case IntegrityCapability.DERIVED:
            pass
    disk.integrity = False


def blk_integrity_revalidate(disk: Disk) -> None:
    """Make the capability follow the profile, whatever a driver had set [4.9, 4.10]."""
    if _integrity_capability(disk) is IntegrityCapability.REVALIDATED:
        set_stable_writes(disk, wanted=disk.integrity)


def revalidate_disk(disk: Disk) -> None:
    """Tell the block device that its disk has changed size [4.9 fs/block_dev.c]."""
    blk_integrity_revalidate(disk)
    with disk.bd_mutex:
        pass


def _integrity_capability(disk: Disk) -> IntegrityCapability:
    return disk.machine.kernel.features.integrity_capability


def _set_capability(disk: Disk, flag: Bdi, *, on: bool) -> None:
    _announce_change(disk)
    disk.capabilities = disk.capabilities | flag if on else disk.capabilities & ~flag


def _announce_change(disk: Disk) -> None:
    if disk.up:
        disk.machine.world.reach(CAPABILITIES_WRITE, disk.number)
