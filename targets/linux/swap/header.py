"""The header page of a swap area, and the way it takes to the device [4.9 include/linux/swap.h].

It is written and read through the page cache of the block device: by bios, never by rw_page.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from fuzz.world.sync.completion import Completion
from fuzz.world.sync.lock_class import LockClass
from targets.linux.block.bio import Bio, Op
from targets.linux.block.disk import get_capacity, submit_bio
from targets.linux.machine.errno import EINVAL, EIO, ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.page import PAGE_SIZE, SECTORS_PER_PAGE, fill_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.block.disk import Disk
    from targets.linux.machine.page import Page
    from targets.linux.swap.core import SwapCore

BLOCK_IO: Final = LockClass("buffer", "a block that is read or written")
HEADER_PAGE: Final = fault_point(
    "swap_header.page", "a page for the header of a swap area", ENOMEM, capability="fail_page_alloc"
)

FIELDS: Final = Struct("<1024x3I")
"""Boot bits, then the version, the number of the last page and that of bad pages."""
VERSION: Final = 1
SIGNATURE: Final = b"SWAPSPACE2"
"""The magic that ends the page."""


def header_bytes(last_page: int) -> bytes:
    """Return the header of an area without bad pages."""
    fields = FIELDS.pack(VERSION, last_page, 0)
    return fields.ljust(PAGE_SIZE - len(SIGNATURE), b"\0") + SIGNATURE


def read_swap_header(header: bytes, disk: Disk) -> int:
    """Return how many slots an area has, header included; EINVAL if this is no header of `disk`."""
    version, last_page, bad_pages = FIELDS.unpack_from(header)
    slots = last_page + 1
    valid = header.endswith(SIGNATURE) and version == VERSION and last_page and not bad_pages
    if not valid or slots > get_capacity(disk) // SECTORS_PER_PAGE:
        raise Refusal(EINVAL)
    return slots


def write_header(core: SwapCore, disk: Disk, header: bytes) -> None:
    """Write the first block of a device and wait for that."""
    transfer(core, disk, Op.WRITE, lambda page: fill_page(page, header))


def read_header(core: SwapCore, disk: Disk) -> bytes:
    """Read the first block of a device."""
    return transfer(core, disk, Op.READ, lambda _: None)


def transfer(core: SwapCore, disk: Disk, op: Op, prepare: Callable[[Page], None]) -> bytes:
    """Read or write the first block through a page of the cache; ENOMEM, EIO."""
    page = core.memory.alloc_page(GFP_KERNEL, HEADER_PAGE)
    if page is None:
        raise Refusal(ENOMEM)
    prepare(page)
    done = Completion(core.world, BLOCK_IO, disk.number)
    bio = Bio(op, 0, PAGE_SIZE, page, lambda _: done.complete())
    submit_bio(disk, bio)
    done.wait()
    held = bytes(page.bytes)
    core.memory.free_page(page)
    if bio.error:
        raise Refusal(EIO)
    return held
