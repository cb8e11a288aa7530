"""A user's own I/O on a block device: open, one request, wait, close."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from fuzz.world.cell import Unseen
from fuzz.world.sync.lock_class import LockClass
from targets.linux.block.bio import Bio, Op, Segment, bio_of, bio_unused
from targets.linux.block.disk import (
    blkdev_get,
    blkdev_look,
    blkdev_look_away,
    blkdev_put,
    get_capacity,
    submit_bio_wait,
)
from targets.linux.block.requests import check_direct_buffer
from targets.linux.machine.errno import EINVAL, ENOMEM, ENOSPC, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.page import PAGE_SIZE, SECTORS_PER_PAGE, fill_page
from targets.linux.machine.sanitizers import use_page_bytes

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from targets.linux.block.disk import Disk
    from targets.linux.machine.page import Page

RAW: Final = "raw I/O"
"""Users of the device itself share it; swap, which opens it for itself alone, keeps writers out."""

BUFFER: Final = fault_point(
    "user.buffer", "memory for the user's buffer", ENOMEM, capability="fail_page_alloc"
)
REQUEST: Final = LockClass("user.io", "a request that a user waits for")


class Opened:
    """A `with` block that has the device open; EBUSY while somebody has it for himself alone."""

    __slots__ = ("_disk",)

    def __init__(self, disk: Disk) -> None:
        """Open `disk` when the block begins."""
        self._disk = disk

    def __enter__(self) -> None:
        """Open the device."""
        blkdev_get(self._disk, RAW)

    def __exit__(self, *_: object) -> None:
        """Close it, however the block ends."""
        blkdev_put(self._disk)


@contextmanager
def looking_at(disk: Disk) -> Generator[None]:
    """Have the device open whoever has it for himself: no reset comes before it is closed."""
    blkdev_look(disk)
    try:
        yield
    finally:
        blkdev_look_away(disk)


@contextmanager
def buffers(disk: Disk, count: int) -> Generator[list[Page]]:
    """Have pages of memory for a transfer."""
    memory = disk.machine.memory
    pages: list[Page] = []
    try:
        for _ in range(count):
            page = memory.alloc_page(GFP_KERNEL, BUFFER)
            if page is None:
                raise Refusal(ENOMEM)
            pages.append(page)
        yield pages
    finally:
        for page in reversed(pages):
            memory.free_page(page)


def submit_and_wait(disk: Disk, bio: Bio) -> None:
    """Do one request; an error of the device is a refusal."""
    submit_bio_wait(disk, bio, REQUEST)
    if bio.error:
        raise Refusal(bio.error)


def transfer(disk: Disk, op: Op, block: int, *pages: Page) -> None:
    """Read or write consecutive blocks, in one request of a segment for each page."""
    segments = tuple(Segment(page) for page in pages)
    submit_and_wait(disk, bio_of(op, block * SECTORS_PER_PAGE, segments, bio_unused))


def blocks_left(disk: Disk, first: int) -> int:
    """Count the blocks from one on, as the block layer does before there is a bio."""
    return max(0, get_capacity(disk) // SECTORS_PER_PAGE - first)


def is_free(disk: Disk) -> bool:
    """Whether no holder keeps raw readers away; user space cannot ask, so that no lock is taken."""
    with Unseen(disk.machine.world):
        return disk.holder in (None, RAW)


def read_block(disk: Disk, block: int) -> bytes:
    """Read a page-sized block, or nothing beyond the end of the device (blkdev_read_iter).

    A device that swap has for itself may still be looked at.
    """
    with buffers(disk, 1) as [page], Opened(disk) if is_free(disk) else looking_at(disk):
        return _read(disk, block, page)


def _read(disk: Disk, block: int, page: Page) -> bytes:
    if not blocks_left(disk, block):
        return b""
    transfer(disk, Op.READ, block, page)
    use_page_bytes(page)
    return bytes(page.bytes)


def write_block(disk: Disk, block: int, data: bytes) -> None:
    """Write a page-sized block from a buffer that nobody else sees; ENOSPC beyond the end."""
    write_blocks(disk, block, (data,))


def write_blocks(disk: Disk, first: int, contents: Sequence[bytes]) -> int:
    """Write consecutive blocks in one request, from buffers that nobody else sees; say how many.

    What lies beyond the end of the device is left out (blkdev_write_iter).
    """
    with Opened(disk), buffers(disk, len(contents)) as pages:
        left = blocks_left(disk, first)
        if not left:
            raise Refusal(ENOSPC)
        for page, data in zip(pages, contents, strict=True):
            fill_page(page, data)
        transfer(disk, Op.WRITE, first, *pages[:left])
        return min(left, len(contents))


def write_across(disk: Disk, block: int, data: bytes, offset: int) -> None:
    """Write a block with O_DIRECT from a buffer that begins at an offset, and ends in a next page.

    Nobody else sees it; a kernel may refuse it with EINVAL. The bytes around it are zeros.
    """
    with Opened(disk), buffers(disk, 2) as [first, second]:
        if not blocks_left(disk, block):
            raise Refusal(ENOSPC)
        check_direct_buffer(disk, offset)
        length = PAGE_SIZE - offset
        first.bytes[offset:] = data[:length]
        second.bytes[:offset] = data[length:]
        segments = (Segment(first, offset, length), Segment(second, 0, offset))
        submit_and_wait(disk, bio_of(Op.WRITE, block * SECTORS_PER_PAGE, segments, bio_unused))


def discard_blocks(disk: Disk, first: int, count: int) -> None:
    """Tell the device that some blocks hold nothing of value (BLKDISCARD); EINVAL past the end."""
    with Opened(disk):
        if blocks_left(disk, first) < count:
            raise Refusal(EINVAL)
        sector, size = first * SECTORS_PER_PAGE, count * PAGE_SIZE
        submit_and_wait(disk, Bio(Op.DISCARD, sector, size, None, bio_unused))


def write_zeroes(disk: Disk, first: int, count: int) -> None:
    """Have blocks filled with zeros (BLKZEROOUT); EINVAL beyond the end.

    A device that cannot do it by itself is given a page of zeros for each.
    """
    with Opened(disk):
        if blocks_left(disk, first) < count:
            raise Refusal(EINVAL)
        if disk.write_zeroes:
            sector, size = first * SECTORS_PER_PAGE, count * PAGE_SIZE
            submit_and_wait(disk, Bio(Op.WRITE_ZEROES, sector, size, None, bio_unused))
            return
        with buffers(disk, 1) as [zeros]:
            fill_page(zeros, bytes(PAGE_SIZE))
            transfer(disk, Op.WRITE, first, *[zeros] * count)
