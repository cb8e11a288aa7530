"""The header page of a swap area, and the way it takes to the device [4.9 include/linux/swap.h].

It is written and read through the page cache of the block device: by bios, never by rw_page.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from fuzz.world.sync.completion import Completion
from fuzz.world.sync.lock_class import LockClass
from targets.linux.block.bio import Bio, Op
from targets.linux.block.disk import submit_bio
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

FIELDS: Final = Struct("<1024x3I500x")
"""Boot bits, then the version, the number of the last page and that of bad pages; a name follows.

Behind that come the bad pages, four bytes each.
"""
BAD_PAGE: Final = Struct("<I")
BAD_PAGES_MAX: Final = 637
"""MAX_SWAP_BADPAGES: what fits the page."""
VERSION: Final = 1
SIGNATURE: Final = b"SWAPSPACE2"
"""The magic that ends the page."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says of its area."""

    slots: int
    """How many there are, header included, that the machine can name (maxpages)."""
    bad_pages: tuple[int, ...]
    """Pages that are not to be used; some may lie behind the last slot."""


def header_bytes(last_page: int, bad_pages: tuple[int, ...] = ()) -> bytes:
    """Return the header of an area."""
    fields = FIELDS.pack(VERSION, last_page, len(bad_pages))
    fields += b"".join(BAD_PAGE.pack(page) for page in bad_pages)
    return fields.ljust(PAGE_SIZE - len(SIGNATURE), b"\0") + SIGNATURE


def read_swap_header(header: bytes, blocks: int, maximum: int) -> Header:
    """Return what a header says; EINVAL if this is no header of an area of so many blocks.

    An area of more slots than a swap entry can name is cut off there.
    """
    version, last_page, bad_count = FIELDS.unpack_from(header)
    slots = min(last_page + 1, maximum)
    valid = header.endswith(SIGNATURE) and version == VERSION and last_page
    if not valid or bad_count > BAD_PAGES_MAX or slots > blocks:
        raise Refusal(EINVAL)
    places = range(FIELDS.size, FIELDS.size + bad_count * BAD_PAGE.size, BAD_PAGE.size)
    bad_pages = tuple(BAD_PAGE.unpack_from(header, place)[0] for place in places)
    if any(not 0 < page <= last_page for page in bad_pages):
        raise Refusal(EINVAL)
    return Header(slots, bad_pages)


def write_header(core: SwapCore, disk: Disk, block: int, header: bytes) -> None:
    """Write the first block of an area, which is a block of a device, and wait for that."""
    transfer(core, disk, Op.WRITE, block, lambda page: fill_page(page, header))


def read_header(core: SwapCore, disk: Disk, block: int) -> bytes:
    """Read the first block of an area."""
    return transfer(core, disk, Op.READ, block, lambda _: None)


def transfer(
    core: SwapCore, disk: Disk, op: Op, block: int, prepare: Callable[[Page], None]
) -> bytes:
    """Read or write a block through a page of the cache; ENOMEM, EIO."""
    page = core.memory.alloc_page(GFP_KERNEL, HEADER_PAGE)
    if page is None:
        raise Refusal(ENOMEM)
    prepare(page)
    done = Completion(core.world, BLOCK_IO, disk.number)
    bio = Bio(op, block * SECTORS_PER_PAGE, PAGE_SIZE, page, lambda _: done.complete())
    submit_bio(disk, bio)
    done.wait()
    held = bytes(page.bytes)
    core.memory.free_page(page)
    if bio.error:
        raise Refusal(EIO)
    return held
