"""A disk that checks its data: a CRC at submission goes with the page, and nothing else does.

The one rule: a request returns at once, and the disk looks at the page later, in a task of its own.
It stands for every asynchronous device with checksums that the thread speaks of (iSCSI with data
digests, DIF/DIX): it registers an integrity profile, so it has no rw_page and wants stable pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final
from zlib import crc32

from fuzz.values.finding import Harm
from fuzz.values.point import Access, Point
from fuzz.world.sync.timer import Timer
from targets.linux.block.bio import Op, bio_endio, bio_page
from targets.linux.block.capabilities import (
    blk_integrity_register,
    blk_integrity_unregister,
    revalidate_disk,
)
from targets.linux.block.disk import Disk, add_disk
from targets.linux.machine.errno import EBUSY, EIO, Refusal
from targets.linux.machine.page import (
    PAGE_BYTES_READ,
    PAGE_BYTES_WRITE,
    PAGE_SIZE,
    SECTOR_SIZE,
    SECTORS_PER_PAGE,
)

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.block.bio import Bio
    from targets.linux.machine.machine import Machine
    from targets.linux.machine.page import Page

LATE: Final = "LATE"
"""A fault: the request is served, but its completion comes when nothing else can happen."""

LATE_TICKS: Final = 100
"""How late; the clock moves only when nothing can run, so that any number will do."""

DISK_WRITE: Final = Point(
    "disk.write",
    "the disk is given a page to write, and computes its CRC",
    Access.READ,
    PAGE_BYTES_READ.thing,
    faults=(EIO, LATE),
)
DISK_READ: Final = Point("disk.read", "the disk is asked for a page", faults=(EIO, LATE))
BLOCK_READ: Final = Point("disk.block.read", "a block is read", Access.READ, "disk block")
BLOCK_WRITE: Final = Point("disk.block.write", "a block is changed", Access.WRITE, "disk block")


@dataclass(frozen=True, slots=True)
class Block:
    """What the disk keeps of a page: the bytes that arrived, and the CRC that was promised."""

    data: bytes
    guard: int

    @property
    def intact(self) -> bool:
        """Whether the bytes are those that the CRC was computed of."""
        return crc32(self.data) == self.guard


ZERO_BLOCK: Final = Block(bytes(PAGE_SIZE), crc32(bytes(PAGE_SIZE)))
"""What a block holds that nobody ever wrote."""


class CrcDisk:
    """The driver of one such disk; `disk` is what the rest of the kernel sees."""

    has_rw_page = False
    has_slot_free_notify = False

    def __init__(self, machine: Machine, name: str, number: int, pages: int) -> None:
        """Register a disk of `pages` blocks of a page each, all zeros."""
        self.blocks: dict[int, Block] = {}
        """What was written, by page index."""
        self._world = machine.world
        self.disk = Disk(machine, name, number, self)
        self.disk.capacity = pages * SECTORS_PER_PAGE
        blk_integrity_register(self.disk)
        add_disk(self.disk)

    def block(self, index: int) -> Block:
        """Return what a block holds; for judges too, it announces nothing."""
        return self.blocks.get(index, ZERO_BLOCK)

    def open(self) -> None:
        """Accept every opener."""

    def rw_page(self, sector: int, page: Page, *, write: bool) -> None:
        """Never called: a disk with an integrity profile is given bios."""
        raise AssertionError("bdev_read_page and bdev_write_page refuse before")

    def swap_slot_free_notify(self, index: int) -> None:
        """Never called: a disk has no use for it."""
        raise AssertionError("a disk does not ask to be notified")

    def make_request(self, bio: Bio) -> None:
        """Take a bio and return; an interrupt completes it later, in any order with others."""
        if not self._valid(bio):
            bio_endio(bio, EIO)
            return
        outcome, guard = None, 0
        match bio.op:
            case Op.WRITE:
                page = bio_page(bio)
                outcome = self._world.fault(DISK_WRITE, page.pfn)
                guard = crc32(page.bytes)
            case Op.READ:
                outcome = self._world.fault(DISK_READ, bio.sector // SECTORS_PER_PAGE)
            case Op.DISCARD:
                pass
        self._world.spawn("dma", partial(self._serve, bio, guard, outcome), interrupt=True)

    def _valid(self, bio: Bio) -> bool:
        """Whether a bio asks for whole blocks that exist; one page, unless it is a discard."""
        whole = bio.size % PAGE_SIZE == 0 if bio.op is Op.DISCARD else bio.size == PAGE_SIZE
        aligned = bio.sector % SECTORS_PER_PAGE == 0
        return whole and aligned and bio.sector + bio.size // SECTOR_SIZE <= self.disk.capacity

    def _serve(self, bio: Bio, guard: int, outcome: str | None) -> None:
        """Be the hardware: move the data, then interrupt."""
        error = EIO if outcome == EIO else self._transfer(bio, guard)
        if outcome == LATE:
            Timer(self._world, "irq", partial(bio_endio, bio, error)).start(LATE_TICKS)
        else:
            bio_endio(bio, error)

    def _transfer(self, bio: Bio, guard: int) -> str:
        index = bio.sector // SECTORS_PER_PAGE
        match bio.op:
            case Op.WRITE:
                receive_page(self, self._world, bio_page(bio), index, guard)
                return ""
            case Op.READ:
                return send_page(self, self._world, bio_page(bio), index)
            case Op.DISCARD:
                discard_blocks(self, self._world, index, bio.size // PAGE_SIZE)
                return ""


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


def receive_page(disk: CrcDisk, world: World, page: Page, index: int, guard: int) -> None:
    """Copy a page to the disk as it is now, with the CRC of what it was at submission."""
    world.reach(PAGE_BYTES_READ, page.pfn)
    data = bytes(page.bytes)
    block = Block(data, guard if disk.disk.integrity else crc32(data))
    world.reach(BLOCK_WRITE, index)
    disk.blocks[index] = block
    if not block.intact:
        world.report(
            "crc-mismatch",
            Harm.LATENT,
            f"{disk.disk.name}: guard check failed in write, block {index}",
            "the page changed between the CRC and the transfer; the block holds bytes that "
            "do not match its CRC, which harms nobody until it is read",
        )


def send_page(disk: CrcDisk, world: World, page: Page, index: int) -> str:
    """Copy a block into a page; EIO, and no copy, when it does not match its CRC."""
    world.reach(BLOCK_READ, index)
    block = disk.block(index)
    if not block.intact:
        world.report(
            "crc-mismatch-read",
            Harm.CORRUPTION_READ_BACK,
            f"{disk.disk.name}: guard check failed in read, block {index}",
            "somebody reads a block whose bytes do not match its CRC, and gets EIO; "
            "whether a process needed them is for others to say",
        )
        return EIO
    world.reach(PAGE_BYTES_WRITE, page.pfn)
    page.bytes[:] = block.data
    return ""


def discard_blocks(disk: CrcDisk, world: World, index: int, count: int) -> None:
    """Forget blocks; they are zeros from now on."""
    for block in range(index, index + count):
        world.reach(BLOCK_WRITE, block)
        disk.blocks.pop(block, None)
