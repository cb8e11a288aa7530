"""A plain disk: a request returns at once and is served by an interrupt, in any order with others.

It checks nothing, asks for no stable pages, and may fail or be late.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point, fault_point
from fuzz.world.sync.timer import Timer
from targets.linux.block.bio import Op, bio_endio
from targets.linux.block.disk import Disk, add_disk
from targets.linux.machine.errno import EIO
from targets.linux.machine.page import (
    PAGE_BYTES_READ,
    PAGE_BYTES_WRITE,
    PAGE_SIZE,
    SECTOR_SIZE,
    SECTORS_PER_PAGE,
    fill_page,
)
from targets.linux.machine.sanitizers import use_page_bytes

if TYPE_CHECKING:
    from targets.linux.block.bio import Bio
    from targets.linux.machine.machine import Machine
    from targets.linux.machine.page import Page

LATE: Final = "LATE"
"""A fault: the request is served, but its completion comes when nothing else can happen."""

LATE_TICKS: Final = 100
"""How late; the clock moves only when nothing can run, so that any number will do."""

TORN: Final = "TORN"
"""A fault: of the request's last page only half is moved, then it fails with EIO."""

HALF: Final = PAGE_SIZE // 2

RAM_DISK_WRITE: Final = fault_point("backing.write", "the disk is given a page", EIO, LATE, TORN)
RAM_DISK_READ: Final = fault_point("backing.read", "the disk is asked for a page", EIO, LATE, TORN)
SECTOR_READ: Final = Point(
    "backing.block.read", "a block is read", Access.READ, "backing disk block"
)
SECTOR_WRITE: Final = Point(
    "backing.block.write", "a block is changed", Access.WRITE, "backing disk block"
)


class RamDisk:
    """The driver of one such disk; `disk` is what the rest of the kernel sees."""

    has_rw_page = False
    has_slot_free_notify = False

    def __init__(self, machine: Machine, name: str, number: int, pages: int) -> None:
        """Register a disk of `pages` blocks of a page each, all zeros."""
        self.blocks: dict[int, bytes] = {}
        """What was written, by page index."""
        self.in_flight = 0
        """Requests that were taken and are not complete: for judges, as what follows."""
        self.pages_written = self.pages_read = 0
        """Pages that were moved without an error."""
        self._world = machine.world
        self.disk = Disk(machine, name, number, self)
        self.disk.capacity = pages * SECTORS_PER_PAGE
        add_disk(self.disk)

    def block(self, index: int) -> bytes:
        """Return what a block holds; for judges too, it announces nothing."""
        return self.blocks.get(index, bytes(PAGE_SIZE))

    def open(self) -> None:
        """Accept every opener."""

    def rw_page(self, sector: int, page: Page, *, write: bool) -> None:
        """Never called: the disk is asynchronous."""
        raise AssertionError("bdev_read_page and bdev_write_page refuse before")

    def swap_slot_free_notify(self, index: int) -> None:
        """Never called: a disk has no use for it."""
        raise AssertionError("a disk does not ask to be notified")

    def make_request(self, bio: Bio) -> None:
        """Take a bio and return; an interrupt completes it later."""
        index = bio.sector // SECTORS_PER_PAGE
        outcome = None
        match bio.op:
            case Op.WRITE:
                outcome = self._world.fault(RAM_DISK_WRITE, index)
            case Op.READ:
                outcome = self._world.fault(RAM_DISK_READ, index)
            case Op.DISCARD | Op.WRITE_ZEROES:
                pass
        if bio.sector + bio.size // SECTOR_SIZE > self.disk.capacity:
            outcome = EIO
        self.in_flight += 1
        self._world.spawn("bdev", partial(self._serve, bio, outcome), interrupt=True)

    def _serve(self, bio: Bio, outcome: str | None) -> None:
        """Be the hardware: move the data, then interrupt."""
        error = EIO if outcome in (EIO, TORN) else ""
        if outcome != EIO:
            self._transfer(bio, torn=outcome == TORN)
        if not error:
            self.pages_written += len(bio.segments) * (bio.op is Op.WRITE)
            self.pages_read += len(bio.segments) * (bio.op is Op.READ)
        if outcome == LATE:
            Timer(self._world, "irq", partial(self._end, bio, error)).start(LATE_TICKS)
        else:
            self._end(bio, error)

    def _end(self, bio: Bio, error: str) -> None:
        self.in_flight -= 1
        bio_endio(bio, error)

    def _transfer(self, bio: Bio, *, torn: bool) -> None:
        """Move the data of a request, of a torn one's last page only half."""
        first, last = bio.sector // SECTORS_PER_PAGE, len(bio.segments) - 1
        match bio.op:
            case Op.WRITE:
                for number, segment in enumerate(bio.segments):
                    end = HALF if torn and number == last else PAGE_SIZE
                    self._receive(segment.page, first + number, end)
            case Op.READ:
                for number, segment in enumerate(bio.segments):
                    end = HALF if torn and number == last else PAGE_SIZE
                    self._send(segment.page, first + number, end)
            case Op.DISCARD | Op.WRITE_ZEROES:
                for index in range(first, first + bio.size // PAGE_SIZE):
                    self._world.reach(SECTOR_WRITE, index)
                    self.blocks.pop(index, None)

    def _receive(self, page: Page, index: int, end: int) -> None:
        self._world.reach(PAGE_BYTES_READ, page.pfn)
        use_page_bytes(page, end)
        data = bytes(page.bytes[:end])
        self._world.reach(SECTOR_WRITE, index)
        self.blocks[index] = data + self.block(index)[end:]

    def _send(self, page: Page, index: int, end: int) -> None:
        self._world.reach(SECTOR_READ, index)
        data = self.block(index)[:end]
        self._world.reach(PAGE_BYTES_WRITE, page.pfn)
        fill_page(page, data)
