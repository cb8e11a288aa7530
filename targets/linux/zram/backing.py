"""The backing device of a zram: attached before the device has a size, detached by a reset.

[4.14, 5.0, 6.12 and 6.19 zram_drv.c]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point, fault_point
from targets.linux.block.disk import blkdev_get, blkdev_put, get_capacity
from targets.linux.block.files import find_file, path_of
from targets.linux.kernel.history.backing import (
    BackingHolder,
    BackingKept,
    BackingName,
    BackingShow,
    BackingSize,
    ClaimRefused,
)
from targets.linux.machine.errno import EBUSY, EINVAL, ENOENT, ENOMEM, ENOTBLK, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.oops import paging_request
from targets.linux.machine.page import SECTORS_PER_PAGE
from targets.linux.machine.slab import failslab_exempt
from targets.linux.zram.device import init_done
from targets.linux.zram.promises import BDEV_PUT_TWICE, NULL_DEREFERENCE
from targets.linux.zram.revalidate import zram_bdev_attached

if TYPE_CHECKING:
    from targets.linux.block.disk import Disk
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.zram.device import Zram

PATH: Final = fault_point(
    "zram.backing.path", "kmalloc: memory for the path", ENOMEM, capability="failslab"
)
BITMAP: Final = fault_point(
    "zram.backing.bitmap", "kvzalloc: memory for the bitmap", ENOMEM, capability="failslab"
)
CLAIM: Final = fault_point(
    "zram.backing.claim", "blkdev_get: open the backing device for zram alone", EBUSY
)
DEV_READ: Final = Point(
    "zram.backing.get", "which backing device is there?", Access.READ, "backing device"
)
DEV_WRITE: Final = Point(
    "zram.backing.set", "attach or detach the backing device", Access.WRITE, "backing device"
)


class BackingFile:
    """The open file of a backing device (O_EXCL): its own holder, and nobody else's."""


def writeback_built(kernel: Kernel) -> bool:
    """Whether the kernel knows backing devices, and was built with them: else no such files."""
    return kernel.features.backing_device and kernel.build.writeback


def backing_dev(zram: Zram) -> Disk | None:
    """Return the backing device, if there is one; the caller keeps it from being detached."""
    zram.machine.world.reach(DEV_READ, zram.number)
    return zram.backing.dev


def backing_dev_store(zram: Zram, text: str) -> None:
    """Attach the block device at a path; EBUSY once the device has a size, or by the other's.

    ENOENT and EISDIR by the path, ENOTBLK for what is no block device, ENOMEM,
    and EINVAL for a device without a page, where the kernel minds.
    """
    machine = zram.machine
    if not writeback_built(machine.kernel):
        raise Refusal(ENOENT)
    machine.memory.fs_reclaim.might_alloc(GFP_KERNEL)
    if machine.world.fault(PATH, exempt=failslab_exempt(GFP_KERNEL)):
        raise Refusal(ENOMEM)
    with zram.init_lock.writing():
        if init_done(zram):
            raise Refusal(EBUSY)
        disk = find_file(machine, _file_name(zram, text))
        if disk is None:
            raise Refusal(ENOTBLK)
        _claim(zram, disk)
        try:
            bitmap = _new_bitmap(zram, disk)
        except Refusal:
            blkdev_put(disk)
            raise
        reset_bdev(zram)
        machine.world.reach(DEV_WRITE, zram.number)
        zram.backing.path.write()
        zram.backing.dev = disk
        zram.backing.bitmap = bitmap
        zram_bdev_attached(zram, attached=True)
    if machine.world.watched:
        machine.world.tell(f"setup backing device {text.strip()}")


def _file_name(zram: Zram, text: str) -> str:
    """Return the path that was written [4.14 and 4.18 zram_drv.c, strlcpy]."""
    match zram.machine.kernel.features.backing_name:
        case BackingName.SHORT:
            return text[:-1]
        case BackingName.WHOLE:
            return text.removesuffix("\n")


def backing_dev_show(zram: Zram) -> str:
    """Show the path of the backing device, or `none`."""
    if not writeback_built(zram.machine.kernel):
        raise Refusal(ENOENT)
    match zram.machine.kernel.features.backing_show:
        case BackingShow.BEFORE_LOCK:
            disk = backing_dev(zram)
            with zram.init_lock.reading():
                if zram.backing.dev is None:
                    return "none"
                return _path_of_what_was_there(zram, disk)
        case BackingShow.UNDER_LOCK:
            with zram.init_lock.reading():
                zram.backing.path.read()
                disk = backing_dev(zram)
                return "none" if disk is None else path_of(disk)


def reset_bdev(zram: Zram) -> None:
    """Detach the backing device, if there is one; its blocks are nobody's from then on."""
    backing = zram.backing
    disk = backing_dev(zram)
    if disk is None:
        return
    blkdev_put(disk)
    zram.machine.world.reach(DEV_WRITE, zram.number)
    backing.path.write()
    backing.dev = None
    zram_bdev_attached(zram, attached=False)
    backing.bitmap = bytearray()


def reset_bdev_without_size(zram: Zram) -> None:
    """Do what a reset does with the backing device of a zram that has no size."""
    match zram.machine.kernel.features.backing_kept:
        case BackingKept.WITHOUT_SIZE:
            pass
        case BackingKept.NEVER:
            reset_bdev(zram)


def _claim(zram: Zram, disk: Disk) -> None:
    """Open a disk for zram alone; EBUSY."""
    error = zram.machine.world.fault(CLAIM, zram.number)
    try:
        if error is not None:
            raise Refusal(error)
        blkdev_get(disk, _holder(zram))
    except Refusal:
        match zram.machine.kernel.features.claim_refused:
            case ClaimRefused.PUT:
                _put_what_was_not_got(zram, disk)
            case ClaimRefused.LEFT:
                pass
        raise


def _holder(zram: Zram) -> object:
    """Say who has the backing device for himself alone."""
    match zram.machine.kernel.features.backing_holder:
        case BackingHolder.ZRAM:
            return zram
        case BackingHolder.FILE:
            return BackingFile()


def _put_what_was_not_got(zram: Zram, disk: Disk) -> None:
    """Put a block device once more than it was got, at the cost of whoever has it."""
    zram.machine.world.report(
        BDEV_PUT_TWICE,
        f"{disk.name}: put by {zram.disk.name}, which failed to get it",
        "its reference count is one too low; it is freed while somebody uses it",
        place="backing_dev_store",
    )
    if disk.openers:
        blkdev_put(disk)


def _new_bitmap(zram: Zram, disk: Disk) -> bytearray:
    """Make a bitmap with all blocks free; ENOMEM, or EINVAL for a device that is too small."""
    pages = get_capacity(disk) // SECTORS_PER_PAGE
    match zram.machine.kernel.features.backing_size:
        case BackingSize.SOME if not pages:
            raise Refusal(EINVAL)
        case BackingSize.ANY | BackingSize.SOME:
            pass
    zram.machine.memory.fs_reclaim.might_alloc(GFP_KERNEL)
    if zram.machine.world.fault(BITMAP, exempt=failslab_exempt(GFP_KERNEL)):
        raise Refusal(ENOMEM)
    return bytearray(pages)


def _path_of_what_was_there(zram: Zram, disk: Disk | None) -> str:
    """Show the path of the file that was sampled without a lock: it may be none."""
    if disk is None:
        paging_request(
            zram.machine.world,
            NULL_DEREFERENCE,
            "the backing device was attached between its being looked up and init_lock",
        )
    return path_of(disk)
