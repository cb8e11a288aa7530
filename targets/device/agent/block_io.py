"""A user's own I/O on a block device, past the page cache, in whole pages."""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from targets.device.agent.arguments import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Generator

BLKDISCARD: Final = 0x1277
BLKZEROOUT: Final = 0x127F


@contextmanager
def opened(path: str, flags: int) -> Generator[int]:
    """Have a device open."""
    device = os.open(path, flags | os.O_CLOEXEC)
    try:
        yield device
    finally:
        os.close(device)


def read_blocks(path: str, block: int, count: int) -> bytes:
    """Read blocks; fewer bytes come back at the end of the device."""
    size = count * PAGE_SIZE
    with opened(path, os.O_RDONLY | os.O_DIRECT) as device, mmap.mmap(-1, size) as buffer:
        length = os.preadv(device, [buffer], block * PAGE_SIZE)
        return buffer[:length]


def write_blocks(path: str, block: int, data: bytes) -> int:
    """Write blocks from memory that nobody else sees, and return how many bytes were taken."""
    size = len(data)
    with opened(path, os.O_WRONLY | os.O_DIRECT) as device, mmap.mmap(-1, size) as buffer:
        buffer[:] = data
        return os.pwritev(device, [buffer], block * PAGE_SIZE)


def clear_blocks(path: str, request: int, block: int, count: int) -> None:
    """Discard blocks, or write zeroes to them, as the request says."""
    extent = struct.pack("=QQ", block * PAGE_SIZE, count * PAGE_SIZE)
    with opened(path, os.O_WRONLY) as device:
        fcntl.ioctl(device, request, extent)
