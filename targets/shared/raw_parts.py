"""A user's own I/O on a block device in pieces that are no whole pages: some blocks of large pages.

Addresses and lengths are in bytes, multiples of a block; a buffer begins where a page does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.block.bio import Bio, Op, Segment, bio_of, bio_unused
from targets.linux.block.disk import get_capacity
from targets.linux.machine.errno import EINVAL, ENOSPC, Refusal
from targets.linux.machine.page import PAGE_SIZE, SECTOR_SIZE, fill_page
from targets.linux.machine.sanitizers import use_page_bytes
from targets.shared.raw_io import Opened, buffers, submit_and_wait

if TYPE_CHECKING:
    from targets.linux.block.disk import Disk
    from targets.linux.machine.page import Page


def read_bytes(disk: Disk, start: int, length: int) -> bytes:
    """Read as far as the device goes (blkdev_read_iter)."""
    with buffers(disk, -(-length // PAGE_SIZE)) as pages, Opened(disk):
        length = min(length, _left(disk, start))
        if not length:
            return b""
        segments = _segments(pages, length)
        submit_and_wait(disk, bio_of(Op.READ, start // SECTOR_SIZE, segments, bio_unused))
        for segment in segments:
            use_page_bytes(segment.page, segment.length)
        return b"".join(bytes(each.page.bytes[: each.length]) for each in segments)


def write_bytes(disk: Disk, start: int, data: bytes) -> int:
    """Write as far as the device goes, and return how much; ENOSPC beyond its end."""
    with buffers(disk, -(-len(data) // PAGE_SIZE)) as pages, Opened(disk):
        length = min(len(data), _left(disk, start))
        if not length:
            raise Refusal(ENOSPC)
        segments = _segments(pages, length)
        for number, segment in enumerate(segments):
            fill_page(segment.page, data[number * PAGE_SIZE :][: segment.length])
        submit_and_wait(disk, bio_of(Op.WRITE, start // SECTOR_SIZE, segments, bio_unused))
        return length


def discard_bytes(disk: Disk, start: int, length: int) -> None:
    """Tell the device that some blocks hold nothing of value (BLKDISCARD); EINVAL past the end."""
    with Opened(disk):
        if _left(disk, start) < length:
            raise Refusal(EINVAL)
        submit_and_wait(disk, Bio(Op.DISCARD, start // SECTOR_SIZE, length, None, bio_unused))


def _left(disk: Disk, start: int) -> int:
    return max(0, get_capacity(disk) * SECTOR_SIZE - start)


def _segments(pages: list[Page], length: int) -> tuple[Segment, ...]:
    starts = range(0, length, PAGE_SIZE)
    return tuple(
        Segment(page, 0, min(PAGE_SIZE, length - start))
        for page, start in zip(pages, starts, strict=False)
    )
