"""A plain disk: a request returns at once and is served by an interrupt, in any order with others.

It checks nothing, asks for no stable pages, and may fail or be late.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point, fault_point
from fuzz.world.sync.timer import Timer
from targets.linux.block.bio import Op, bio_endio, bio_page
from targets.linux.block.disk import Disk
from targets.linux.machine.errno import EIO
from targets.linux.machine.page import (
    PAGE_BYTES_READ,
    PAGE_BYTES_WRITE,
    PAGE_SIZE,
    SECTOR_SIZE,
    SECTORS_PER_PAGE,
)

if TYPE_CHECKING:
    from targets.linux.block.bio import Bio
    from targets.linux.machine.machine import Machine
    from targets.linux.machine.page import Page

LATE: Final = "LATE"
"""A fault: the request is served, but its completion comes when nothing else can happen."""

LATE_TICKS: Final = 100
"""How late; the clock moves only when nothing can run, so that any number will do."""

RAM_DISK_WRITE: Final = fault_point("backing.write", "the disk is given a page", EIO, LATE)
RAM_DISK_READ: Final = fault_point("backing.read", "the disk is asked for a page", EIO, LATE)
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
        self._world = machine.world
        self.disk = Disk(machine, name, number, self)
        self.disk.capacity = pages * SECTORS_PER_PAGE

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
            case Op.DISCARD:
                pass
        if bio.sector + bio.size // SECTOR_SIZE > self.disk.capacity:
            outcome = EIO
        self._world.spawn("bdev", partial(self._serve, bio, outcome), interrupt=True)

    def _serve(self, bio: Bio, outcome: str | None) -> None:
        """Be the hardware: move the data, then interrupt."""
        error = EIO if outcome == EIO else ""
        if not error:
            self._transfer(bio)
        if outcome == LATE:
            Timer(self._world, "irq", partial(bio_endio, bio, error)).start(LATE_TICKS)
        else:
            bio_endio(bio, error)

    def _transfer(self, bio: Bio) -> None:
        first = bio.sector // SECTORS_PER_PAGE
        match bio.op:
            case Op.WRITE:
                page = bio_page(bio)
                self._world.reach(PAGE_BYTES_READ, page.pfn)
                data = bytes(page.bytes)
                self._world.reach(SECTOR_WRITE, first)
                self.blocks[first] = data
            case Op.READ:
                page = bio_page(bio)
                self._world.reach(SECTOR_READ, first)
                data = self.block(first)
                self._world.reach(PAGE_BYTES_WRITE, page.pfn)
                page.bytes[:] = data
            case Op.DISCARD:
                for index in range(first, first + bio.size // PAGE_SIZE):
                    self._world.reach(SECTOR_WRITE, index)
                    self.blocks.pop(index, None)
