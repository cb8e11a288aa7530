"""What a disk does with its blocks: it takes pages in, gives them out, and checks CRCs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zlib import crc32

from fuzz.values.point import Access, Point
from targets.linux.block.promises import CRC_MISMATCH, CRC_MISMATCH_READ
from targets.linux.machine.errno import EIO
from targets.linux.machine.page import (
    PAGE_BYTES_READ,
    PAGE_BYTES_WRITE,
    PAGE_SIZE,
    SECTORS_PER_PAGE,
    fill_page,
)
from targets.linux.machine.sanitizers import use_page_bytes

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.block.disk import Disk
    from targets.linux.machine.page import Page

BLOCK_READ: Final = Point("disk.block.read", "a block is read", Access.READ, "disk block")
BLOCK_WRITE: Final = Point("disk.block.write", "a block is changed", Access.WRITE, "disk block")
HALF: Final = PAGE_SIZE // 2
"""How much of a page a torn transfer moves."""


@dataclass(frozen=True, slots=True)
class Block:
    """What the disk keeps of a page: the bytes that arrived, and the CRC that was promised."""

    data: bytes
    guard: int
    direct: bool = False
    """Whether it came from a page that its user may change at any time."""

    @property
    def intact(self) -> bool:
        """Whether the bytes are those that the CRC was computed of."""
        return crc32(self.data) == self.guard


ZERO_BLOCK: Final = Block(bytes(PAGE_SIZE), crc32(bytes(PAGE_SIZE)))
"""What a block holds that nobody ever wrote."""


class Platter:
    """The blocks of one disk."""

    def __init__(self, world: World, disk: Disk) -> None:
        """Start with zeros."""
        self.world = world
        self.disk = disk
        self.blocks: dict[int, Block] = {}
        """What was written, by page index."""

    def block(self, index: int) -> Block:
        """Return what a block holds; for judges too, it announces nothing."""
        return self.blocks.get(index, ZERO_BLOCK)


def receive_page(platter: Platter, page: Page, index: int, guard: int, *, torn: bool) -> None:
    """Copy a page to the disk as it is now, with the CRC of what it was at submission.

    Of a torn transfer half arrives; each sector has its own CRC, so that both halves are intact.
    """
    world = platter.world
    world.reach(PAGE_BYTES_READ, page.pfn)
    use_page_bytes(page)
    data = bytes(page.bytes)
    intact = not platter.disk.integrity or crc32(data) == guard
    world.reach(BLOCK_WRITE, index)
    if torn:
        data = data[:HALF] + platter.block(index).data[HALF:]
    platter.blocks[index] = Block(data, crc32(data) if intact else guard, page.direct)
    if not intact and not page.direct:
        world.report(
            CRC_MISMATCH,
            _guard_error(platter, index, "write"),
            "the page changed between the CRC and the transfer; the block holds bytes that "
            "do not match its CRC, which harms nobody until it is read",
        )


def send_page(platter: Platter, page: Page, index: int, *, torn: bool) -> str:
    """Copy a block into a page, or half of it; EIO, and no copy, when it does not match its CRC."""
    world = platter.world
    world.reach(BLOCK_READ, index)
    block = platter.block(index)
    if not block.intact:
        if not block.direct:
            _report_unreadable(platter, index)
        return EIO
    world.reach(PAGE_BYTES_WRITE, page.pfn)
    fill_page(page, block.data[: HALF if torn else PAGE_SIZE])
    return ""


def _guard_error(platter: Platter, index: int, way: str) -> str:
    """Write what a device prints whose guard tag does not fit the data [block/t10-pi.c]."""
    return f"{platter.disk.name}: guard tag error at sector {index * SECTORS_PER_PAGE}, {way}"


def _report_unreadable(platter: Platter, index: int) -> None:
    platter.world.report(
        CRC_MISMATCH_READ,
        _guard_error(platter, index, "read"),
        "somebody reads a block whose bytes do not match its CRC, and gets EIO; "
        "whether a process needed them is for others to say",
        place="send_page",
    )


def discard_blocks(platter: Platter, index: int, count: int) -> None:
    """Forget blocks; they are zeros from now on."""
    for block in range(index, index + count):
        platter.world.reach(BLOCK_WRITE, block)
        platter.blocks.pop(block, None)
