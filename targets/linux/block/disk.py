"""gendisk, block_device and request queue, as swap and zram see them [4.9 fs/block_dev.c]."""

from __future__ import annotations

from enum import Flag
from typing import TYPE_CHECKING, Final, Protocol

from fuzz.values.point import Access, Point, fault_point
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from targets.linux.block.bio import bio_endio
from targets.linux.machine.errno import EBUSY, EIO, EOPNOTSUPP, Refusal
from targets.linux.machine.page import end_page_writeback, set_page_writeback

if TYPE_CHECKING:
    from targets.linux.block.bio import Bio
    from targets.linux.machine.machine import Machine
    from targets.linux.machine.page import Page

BD_MUTEX: Final = LockClass("bd_mutex", "a block device's openers and size")
CAPABILITIES_READ: Final = Point(
    "bdi.capabilities.test", "does the device want stable pages?", Access.READ, "bdi capabilities"
)
CAPABILITIES_WRITE: Final = Point(
    "bdi.capabilities.set", "change what the device asks for", Access.WRITE, "bdi capabilities"
)
CAPACITY_READ: Final = Point(
    "disk.capacity.read", "how large is the disk? (get_capacity)", Access.READ, "disk capacity"
)
CAPACITY_WRITE: Final = Point(
    "disk.capacity.set", "the disk changes its size (set_capacity)", Access.WRITE, "disk capacity"
)
MAKE_REQUEST: Final = fault_point(
    "submit_bio", "submit_bio: a bio enters the driver", EIO, capability="fail_make_request"
)


class Bdi(Flag):
    """Capabilities of a backing device: the one that matters [include/linux/backing-dev.h]."""

    NONE = 0
    STABLE_WRITES = 8


class DiskOperations(Protocol):
    """What a driver provides (struct block_device_operations and make_request_fn)."""

    has_rw_page: bool
    """Whether `rw_page` may be called; it then does the I/O before it returns."""
    has_slot_free_notify: bool

    def open(self) -> None:
        """Refuse to be opened, or do nothing; called with bd_mutex held."""
        ...

    def make_request(self, bio: Bio) -> None:
        """Take a bio; the driver completes it, now or later."""
        ...

    def rw_page(self, sector: int, page: Page, *, write: bool) -> None:
        """Read or write one page synchronously; a refusal leaves the page as it was.

        After success the driver has called `page_endio`: writeback ended, or the page is unlocked.
        """
        ...

    def swap_slot_free_notify(self, index: int) -> None:
        """Learn that the swap slot `index` holds nothing that anybody needs; atomic context."""
        ...


class Disk:
    """A block device: driver operations, size, openers, capabilities."""

    def __init__(
        self, machine: Machine, name: str, number: int, operations: DiskOperations
    ) -> None:
        """Register disk `number` of size 0 under `name`."""
        self.machine = machine
        self.name = name
        self.number = number
        self.operations = operations
        self.capacity = 0
        """Size in sectors."""
        self.capabilities = Bdi.NONE
        self.integrity = False
        """Whether a block integrity profile (DIF/DIX) is registered."""
        self.bd_mutex = Mutex(machine.world, BD_MUTEX, number)
        self.openers = 0
        self.holder: object | None = None
        """Who opened the device exclusively (bd_claim)."""


def get_capacity(disk: Disk) -> int:
    """Return the size in sectors; no lock keeps it as it is."""
    disk.machine.world.reach(CAPACITY_READ, disk.number)
    return disk.capacity


def set_capacity(disk: Disk, sectors: int) -> None:
    """Change the size."""
    disk.machine.world.reach(CAPACITY_WRITE, disk.number)
    disk.capacity = sectors


def bdi_cap_stable_pages_required(disk: Disk) -> bool:
    """Test BDI_CAP_STABLE_WRITES."""
    disk.machine.world.reach(CAPABILITIES_READ, disk.number)
    return Bdi.STABLE_WRITES in disk.capabilities


def set_stable_writes(disk: Disk, *, wanted: bool) -> None:
    """Set or clear BDI_CAP_STABLE_WRITES."""
    disk.machine.world.reach(CAPABILITIES_WRITE, disk.number)
    disk.capabilities = Bdi.STABLE_WRITES if wanted else Bdi.NONE


def blk_integrity_register(disk: Disk) -> None:
    """Declare that the device checks what it is given; done before anybody can see the disk."""
    disk.integrity = True
    disk.capabilities = Bdi.STABLE_WRITES


def blk_integrity_revalidate(disk: Disk) -> None:
    """Make the capability follow the integrity profile, whatever a driver had set [4.9, 4.10]."""
    set_stable_writes(disk, wanted=disk.integrity)


def revalidate_disk(disk: Disk) -> None:
    """Tell the block device that its disk has changed size [4.9 fs/block_dev.c]."""
    blk_integrity_revalidate(disk)
    with disk.bd_mutex:
        pass


def blkdev_get(disk: Disk, holder: object) -> None:
    """Open a block device exclusively for `holder`; EBUSY when another one has it."""
    with disk.bd_mutex:
        disk.operations.open()
        if disk.holder not in (None, holder):
            raise Refusal(EBUSY)
        disk.holder = holder
        disk.openers += 1


def blkdev_put(disk: Disk) -> None:
    """Close what `blkdev_get` opened."""
    with disk.bd_mutex:
        disk.openers -= 1
        if not disk.openers:
            disk.holder = None


def submit_bio(disk: Disk, bio: Bio) -> None:
    """Give a bio to the driver of `disk`, unless fail_make_request says otherwise."""
    disk.machine.world.might_sleep()
    error = disk.machine.world.fault(MAKE_REQUEST, disk.number, size=bio.size)
    if error is not None:
        bio_endio(bio, error)
    else:
        disk.operations.make_request(bio)


def bdev_write_page(disk: Disk, sector: int, page: Page) -> None:
    """Write a locked page through rw_page, which unlocks it; a refusal leaves it locked."""
    if not disk.operations.has_rw_page or disk.integrity:
        raise Refusal(EOPNOTSUPP)
    set_page_writeback(page)
    try:
        disk.operations.rw_page(sector, page, write=True)
    except Refusal:
        end_page_writeback(page)
        raise
    page.lock.release()


def page_endio(page: Page, *, write: bool) -> None:
    """End what `rw_page` did: writeback is over, or the read page unlocked [mm/filemap.c]."""
    if write:
        end_page_writeback(page)
    else:
        page.uptodate = True
        page.lock.release()


def bdev_read_page(disk: Disk, sector: int, page: Page) -> None:
    """Read into a locked page through rw_page, which unlocks it; a refusal leaves it locked."""
    if not disk.operations.has_rw_page or disk.integrity:
        raise Refusal(EOPNOTSUPP)
    disk.operations.rw_page(sector, page, write=False)
