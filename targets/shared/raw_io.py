"""A user's own I/O on a block device: open, one request, wait, close."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from fuzz.world.sync.completion import Completion
from fuzz.world.sync.lock_class import LockClass
from targets.linux.block.bio import Bio, Op
from targets.linux.block.disk import blkdev_get, blkdev_put, submit_bio
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.page import PAGE_SIZE, SECTORS_PER_PAGE

if TYPE_CHECKING:
    from collections.abc import Generator

    from targets.linux.block.disk import Disk
    from targets.linux.machine.page import Page

RAW: Final = "raw I/O"
"""Users of the device itself share it; swap, which opens it for itself alone, keeps writers out."""

BUFFER: Final = fault_point(
    "user.buffer", "memory for the user's buffer", ENOMEM, capability="fail_page_alloc"
)
REQUEST: Final = LockClass("user.io", "a request that a user waits for")


@contextmanager
def opened(disk: Disk) -> Generator[None]:
    """Have the device open; EBUSY while somebody has it for himself alone."""
    blkdev_get(disk, RAW)
    try:
        yield
    finally:
        blkdev_put(disk)


@contextmanager
def buffer(disk: Disk) -> Generator[Page]:
    """Have a page of memory for a transfer."""
    memory = disk.machine.memory
    page = memory.alloc_page(GFP_KERNEL, BUFFER)
    if page is None:
        raise Refusal(ENOMEM)
    try:
        yield page
    finally:
        memory.free_page(page)


def submit_and_wait(disk: Disk, op: Op, block: int, size: int, page: Page | None) -> None:
    """Do one request; an error of the device is a refusal."""
    done = Completion(disk.machine.world, REQUEST, block)
    bio = Bio(op, block * SECTORS_PER_PAGE, size, page, lambda _: done.complete())
    submit_bio(disk, bio)
    done.wait()
    if bio.error:
        raise Refusal(bio.error)


def read_block(disk: Disk, block: int) -> bytes:
    """Read a page-sized block; a device that swap has for itself may still be looked at."""
    with buffer(disk) as page:
        if disk.holder in (None, RAW):
            with opened(disk):
                submit_and_wait(disk, Op.READ, block, PAGE_SIZE, page)
        else:
            submit_and_wait(disk, Op.READ, block, PAGE_SIZE, page)
        return bytes(page.bytes)


def write_block(disk: Disk, block: int, data: bytes) -> None:
    """Write a page-sized block from a buffer that nobody else sees."""
    with opened(disk), buffer(disk) as page:
        page.bytes[:] = data
        submit_and_wait(disk, Op.WRITE, block, PAGE_SIZE, page)


def discard_blocks(disk: Disk, first: int, count: int) -> None:
    """Tell the device that some blocks hold nothing of value."""
    with opened(disk):
        submit_and_wait(disk, Op.DISCARD, first, count * PAGE_SIZE, None)
