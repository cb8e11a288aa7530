"""A disk that works by itself: requests return at once, and it looks at the pages later.

With an integrity profile a CRC at submission goes with each page, and nothing else does.
That stands for every asynchronous device with checksums that the thread speaks of (iSCSI with data
digests, DIF/DIX): it has no rw_page and wants stable pages.
Without one it is any disk: what zram writes back to, or what is swapped to.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from zlib import crc32

from fuzz.values.point import Access, Point
from fuzz.world.sync.timer import Timer
from targets.linux.block.bio import Op, bio_endio
from targets.linux.block.capabilities import (
    blk_integrity_register,
    blk_integrity_unregister,
    revalidate_disk,
)
from targets.linux.block.disk import Disk, add_disk
from targets.linux.block.platter import Platter, discard_blocks, receive_page, send_page
from targets.linux.machine.errno import EBUSY, EIO, Refusal
from targets.linux.machine.page import (
    PAGE_BYTES_READ,
    PAGE_SIZE,
    SECTOR_SIZE,
    SECTORS_PER_PAGE,
)

if TYPE_CHECKING:
    from targets.linux.block.bio import Bio
    from targets.linux.block.platter import Block
    from targets.linux.machine.machine import Machine
    from targets.linux.machine.page import Page

LATE: Final = "LATE"
"""A fault: the request is served, but its completion comes when nothing else can happen."""

LATE_TICKS: Final = 100
"""How late; the clock moves only when nothing can run, so that any number will do."""

TORN: Final = "TORN"
"""A fault: of the request's last page only half is moved, then it fails with EIO."""

DISK_WRITE: Final = Point(
    "disk.write",
    "the disk is given a page to write, and computes its CRC",
    Access.READ,
    PAGE_BYTES_READ.thing,
    faults=(EIO, LATE, TORN),
)
DISK_READ: Final = Point("disk.read", "the disk is asked for a page", faults=(EIO, LATE, TORN))


class CrcDisk:
    """The driver of one such disk; `disk` is what the rest of the kernel sees."""

    has_rw_page = False
    has_slot_free_notify = False

    def __init__(
        self, machine: Machine, name: str, number: int, pages: int, *, protected: bool = True
    ) -> None:
        """Register a disk of `pages` blocks of a page each, all zeros."""
        self._world = machine.world
        self.disk = Disk(machine, name, number, self)
        self.disk.capacity = pages * SECTORS_PER_PAGE
        self.platter = Platter(machine.world, self.disk)
        if protected:
            blk_integrity_register(self.disk)
        add_disk(self.disk)

    @property
    def blocks(self) -> dict[int, Block]:
        """What was written, by page index."""
        return self.platter.blocks

    def block(self, index: int) -> Block:
        """Return what a block holds; for judges too, it announces nothing."""
        return self.platter.block(index)

    def open(self) -> None:
        """Accept every opener."""

    def rw_page(self, sector: int, page: Page, *, write: bool) -> None:
        """Never called: such a disk offers no rw_page."""
        raise AssertionError("bdev_read_page and bdev_write_page refuse before")

    def swap_slot_free_notify(self, index: int) -> None:
        """Never called: a disk has no use for it."""
        raise AssertionError("a disk does not ask to be notified")

    def make_request(self, bio: Bio) -> None:
        """Take a bio and return; an interrupt completes it later, in any order with others."""
        if not self._valid(bio):
            bio_endio(bio, EIO)
            return
        outcome, guards = None, ()
        match bio.op:
            case Op.WRITE:
                outcome = self._world.fault(DISK_WRITE, bio.segments[0].page.pfn)
                guards = tuple(crc32(segment.page.bytes) for segment in bio.segments)
            case Op.READ:
                outcome = self._world.fault(DISK_READ, bio.sector // SECTORS_PER_PAGE)
            case Op.DISCARD | Op.WRITE_ZEROES:
                pass
        self._world.spawn("dma", partial(self._serve, bio, guards, outcome), interrupt=True)

    def _valid(self, bio: Bio) -> bool:
        """Whether a bio asks for whole blocks that exist, with whole pages for them."""
        whole = bio.size % PAGE_SIZE == 0 and all(each.length == PAGE_SIZE for each in bio.segments)
        aligned = bio.sector % SECTORS_PER_PAGE == 0
        return whole and aligned and bio.sector + bio.size // SECTOR_SIZE <= self.disk.capacity

    def _serve(self, bio: Bio, guards: tuple[int, ...], outcome: str | None) -> None:
        """Be the hardware: move the data, then interrupt."""
        error = EIO
        if outcome != EIO:
            error = self._transfer(bio, guards, torn=outcome == TORN)
        if outcome == LATE:
            Timer(self._world, "irq", partial(bio_endio, bio, error)).start(LATE_TICKS)
        else:
            bio_endio(bio, error)

    def _transfer(self, bio: Bio, guards: tuple[int, ...], *, torn: bool) -> str:
        """Move the data of a request; return the error that it ends with, or nothing."""
        first, last = bio.sector // SECTORS_PER_PAGE, len(bio.segments) - 1
        error = ""
        match bio.op:
            case Op.WRITE:
                for number, segment in enumerate(bio.segments):
                    half, index = torn and number == last, first + number
                    receive_page(self.platter, segment.page, index, guards[number], torn=half)
            case Op.READ:
                for number, segment in enumerate(bio.segments):
                    half, index = torn and number == last, first + number
                    error = error or send_page(self.platter, segment.page, index, torn=half)
            case Op.DISCARD | Op.WRITE_ZEROES:
                discard_blocks(self.platter, first, bio.size // PAGE_SIZE)
        return EIO if torn else error


def format_disk(disk: CrcDisk, *, protected: bool) -> None:
    """Erase the disk, which from then on checks its data or does not; EBUSY while it is open.

    Without protection information it has no integrity profile, and does not ask for stable pages.
    """
    with disk.disk.bd_mutex:
        if disk.disk.openers:
            raise Refusal(EBUSY)
        disk.blocks.clear()
        if protected:
            blk_integrity_register(disk.disk)
        else:
            blk_integrity_unregister(disk.disk)
    revalidate_disk(disk.disk)
