"""gendisk, block_device and request queue, as swap and zram see them [4.9 fs/block_dev.c]."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from fuzz.values.point import Access, Point, fault_point
from fuzz.world.cell import Cell, CellClass
from fuzz.world.shared import Fields, share, shared
from fuzz.world.sync.completion import Completion
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from targets.linux.block.bio import bio_endio
from targets.linux.block.capabilities import Bdi
from targets.linux.block.queue_usage import QueueUsage
from targets.linux.machine.errno import EBUSY, EIO, ENXIO, EOPNOTSUPP, Refusal
from targets.linux.machine.page import (
    PAGE_SIZE,
    SECTOR_SIZE,
    SECTORS_PER_PAGE,
    end_page_writeback,
    set_page_writeback,
)

if TYPE_CHECKING:
    from targets.linux.block.bio import Bio
    from targets.linux.machine.machine import Machine
    from targets.linux.machine.page import Page

BIO_WAIT: Final = LockClass("bio", "a bio that is waited for (submit_bio_wait)")
BD_MUTEX: Final = LockClass("bd_mutex", "a block device's openers and size")
CAPACITY_READ: Final = Point(
    "disk.capacity.read", "how large is the disk? (get_capacity)", Access.READ, "disk capacity"
)
CAPACITY_WRITE: Final = Point(
    "disk.capacity.set", "the disk changes its size (set_capacity)", Access.WRITE, "disk capacity"
)
MAKE_REQUEST: Final = fault_point(
    "submit_bio", "submit_bio: a bio enters the driver", EIO, capability="fail_make_request"
)


class DiskOperations(Protocol):
    """What a driver provides (struct block_device_operations and make_request_fn)."""

    has_rw_page: bool
    """Whether `rw_page` may be called, on a kernel that knows it; it does the I/O at once."""
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


SIZE: Final = CellClass("size of a block device", "its sequence counter (i_size_write)")
OPENERS: Final = CellClass("openers of a block device", "bd_mutex", locks=(BD_MUTEX,))


@shared(Fields(OPENERS, "openers", "onlookers", "holder"))
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
        self.size = Cell(machine.world, SIZE, number)
        self.logical_block_size = PAGE_SIZE
        """The smallest piece of the disk that can be asked for, in bytes."""
        self.write_zeroes = False
        """Whether the driver writes zeroes without being given them (max_write_zeroes_sectors)."""
        self.capabilities = Bdi.NONE
        self.nonrot = False
        """Whether seeks cost nothing (QUEUE_FLAG_NONROT)."""
        self.integrity = False
        """Whether a block integrity profile (DIF/DIX) is registered."""
        self.up = False
        """Whether others can see the disk (GENHD_FL_UP)."""
        self.removed = False
        """Whether the disk is gone: it cannot be opened any more."""
        self.overruled = False
        """Whether root has changed what the driver asks for: no part of the kernel, for judges."""
        self.bd_mutex = Mutex(machine.world, BD_MUTEX, number)
        self.openers = 0
        self.onlookers = 0
        """How many of the openers claim nothing (no FMODE_EXCL)."""
        self.holder: object | None = None
        """Who opened the device exclusively (bd_claim)."""
        self.usage = QueueUsage(machine.world, number)
        machine.disks[name] = self
        share(machine.world, self, number)


def add_disk(disk: Disk) -> None:
    """Let others see a disk; what its driver says of it before is nobody's business."""
    disk.up = True


def del_gendisk(disk: Disk) -> None:
    """Take a disk away, after what was asked of it."""
    disk.up = False
    disk.removed = True
    disk.machine.disks.pop(disk.name, None)
    disk.usage.freeze()


def get_capacity(disk: Disk) -> int:
    """Return the size in sectors; no lock keeps it as it is."""
    disk.machine.world.reach(CAPACITY_READ, disk.number)
    disk.size.acquire()
    return disk.capacity


def set_capacity(disk: Disk, sectors: int) -> None:
    """Change the size."""
    disk.machine.world.reach(CAPACITY_WRITE, disk.number)
    disk.size.release()
    disk.capacity = sectors


def blkdev_get(disk: Disk, holder: object) -> None:
    """Open a block device exclusively for `holder`; EBUSY, or ENXIO when it is gone."""
    with disk.bd_mutex:
        _may_open(disk)
        if disk.holder not in (None, holder):
            raise Refusal(EBUSY)
        disk.holder = holder
        disk.openers += 1


def blkdev_put(disk: Disk) -> None:
    """Close what `blkdev_get` opened."""
    with disk.bd_mutex:
        disk.openers -= 1
        if disk.openers == disk.onlookers:
            disk.holder = None


def blkdev_look(disk: Disk) -> None:
    """Open a block device whoever holds it, and claim nothing; ENXIO when it is gone."""
    with disk.bd_mutex:
        _may_open(disk)
        disk.openers += 1
        disk.onlookers += 1


def blkdev_look_away(disk: Disk) -> None:
    """Close what `blkdev_look` opened."""
    with disk.bd_mutex:
        disk.openers -= 1
        disk.onlookers -= 1


def _may_open(disk: Disk) -> None:
    """Refuse with ENXIO when the disk is gone, or as its driver does; bd_mutex is held."""
    if disk.removed:
        raise Refusal(ENXIO)
    disk.operations.open()


def submit_bio(disk: Disk, bio: Bio) -> None:
    """Give a bio to the driver of `disk`, unless fail_make_request says otherwise.

    A driver that submits to another one is served when it has returned (current->bio_list):
    it must not wait for what it has submitted.
    """
    world, lists = disk.machine.world, disk.machine.bio_lists
    world.might_sleep()
    disk.machine.memory.fs_reclaim.io_begins()
    disk.machine.memory.slab.born(bio, "a bio")
    current = world.running.number
    if current in lists:
        lists[current].append(partial(_make_request, disk, bio))
        return
    waiting = lists[current] = [partial(_make_request, disk, bio)]
    try:
        while waiting:
            waiting.pop(0)()
    finally:
        del lists[current]


def _make_request(disk: Disk, bio: Bio) -> None:
    bio.counters = disk.machine.io
    bio.counters.bios += 1
    error = disk.machine.world.fault(MAKE_REQUEST, disk.number, size=bio.size)
    if error is not None:
        bio_endio(bio, error)
    elif disk.removed or bio_check_eod(disk, bio):
        bio_endio(bio, EIO)
    else:
        disk.usage.enter()
        with disk.machine.memory.fs_reclaim.serving_io():
            disk.operations.make_request(bio)
        disk.usage.exit()


def bio_check_eod(disk: Disk, bio: Bio) -> bool:
    """Whether a bio goes beyond the end of its disk, whose size no lock keeps as it is.

    Up to 6.3 a disk of size 0 is believed to be of unknown size, and its driver has to check.
    """
    known = disk.capacity or disk.machine.kernel.features.end_of_empty_disk
    return bool(known) and bio.sector + bio.size // SECTOR_SIZE > disk.capacity


def offers_rw_page(disk: Disk) -> bool:
    """Whether pages can go to the driver without a bio; a kernel from 6.3 on has no such way."""
    return (
        disk.machine.kernel.features.rw_page and disk.operations.has_rw_page and not disk.integrity
    )


def submit_bio_wait(disk: Disk, bio: Bio, waits: LockClass = BIO_WAIT) -> None:
    """Give a bio to the driver and sleep until it is complete; `end_io` is called then.

    `waits` names the wait. A driver that comes here waits for ever, be it by way of reclaim: what
    it submits is served when it has returned.
    """
    done = Completion(disk.machine.world, waits, bio.sector // SECTORS_PER_PAGE)
    end_io = bio.end_io
    bio.end_io = lambda _: done.complete()
    submit_bio(disk, bio)
    done.wait()
    end_io(bio)


def bdev_write_page(disk: Disk, sector: int, page: Page) -> None:
    """Write a locked page through rw_page, which unlocks it; a refusal leaves it locked."""
    if not offers_rw_page(disk):
        raise Refusal(EOPNOTSUPP)
    disk.machine.memory.fs_reclaim.io_begins()
    set_page_writeback(page)
    try:
        _rw_page(disk, sector, page, write=True)
    except Refusal:
        end_page_writeback(page)
        raise
    page.lock.release()


def page_endio(page: Page, *, write: bool, error: str = "") -> None:
    """End what `rw_page` did: writeback is over, or the read page unlocked [mm/filemap.c].

    A page whose write failed is not dirty again: what was to be written may be lost.
    """
    page.error = page.error or bool(error)
    if write:
        end_page_writeback(page)
    else:
        page.uptodate = not error
        page.lock.release()


def bdev_read_page(disk: Disk, sector: int, page: Page) -> None:
    """Read into a locked page through rw_page, which unlocks it; a refusal leaves it locked."""
    if not offers_rw_page(disk):
        raise Refusal(EOPNOTSUPP)
    _rw_page(disk, sector, page, write=False)


def _rw_page(disk: Disk, sector: int, page: Page, *, write: bool) -> None:
    """Call the driver, and count that, and whether it refuses."""
    counters = disk.machine.io
    counters.rw_pages += 1
    disk.usage.enter()
    try:
        with disk.machine.memory.fs_reclaim.serving_io():
            disk.operations.rw_page(sector, page, write=write)
    except Refusal:
        counters.rw_pages_refused += 1
        raise
    finally:
        disk.usage.exit()
