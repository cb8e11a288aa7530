"""Segments of a request that are no whole page of the device: they go through a page of zram's own.

Up to 4.10 zram knows parts by their length. Later kernels look only where pages are larger than a
block of the device; with pages of 4 KiB they take any part for the whole page that it lies in,
although block devices accept such buffers since 6.0 [4.10 and 6.18 zram_drv.c, is_partial_io].
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.kernel.history.zram_parts import PartialIo, PartUnmapped
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL, GFP_NOIO
from targets.linux.machine.oops import paging_request
from targets.linux.machine.page import PAGE_BYTES_READ, PAGE_BYTES_WRITE, PAGE_SIZE, fill_page
from targets.linux.zram.backing_io import Done, Part
from targets.linux.zram.promises import BAD_UNMAP
from targets.linux.zram.read import look_again, looks_twice, zram_bvec_read
from targets.linux.zram.write import zram_bvec_write

if TYPE_CHECKING:
    from collections.abc import Generator
    from contextlib import AbstractContextManager

    from targets.linux.block.bio import Bio, Segment
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram

HELPERS: Final = frozenset({"_unmap_what_is_not_mapped"})
PARTIAL_PAGE: Final = fault_point(
    "zram.partial",
    "kmalloc: memory for a page of which a part is read or written",
    ENOMEM,
    capability="fail_page_alloc",
)


def has_parts(zram: Zram) -> bool:
    """Whether a page of the device has several blocks (ZRAM_PARTIAL_IO)."""
    return zram.disk.logical_block_size < PAGE_SIZE


def is_partial_io(zram: Zram, bvec: Segment) -> bool:
    """Whether a segment is known to be a part of a page."""
    match zram.machine.kernel.features.partial_io:
        case PartialIo.KNOWN:
            return bvec.length != PAGE_SIZE
        case PartialIo.UNKNOWN:
            return has_parts(zram) and bvec.length != PAGE_SIZE


def changing_pages(zram: Zram) -> AbstractContextManager[None]:
    """Change whole pages of the device, while nobody else changes parts of them if that is minded.

    No release minds: who writes a part of a page puts the rest back as he read it.
    """
    minded = has_parts(zram) and zram.machine.kernel.features.parts_written_alone
    return zram.parts_lock.reading() if minded else nullcontext()


def changing_a_part(zram: Zram) -> AbstractContextManager[None]:
    """Read a page of the device, change a part and write it back, alone if that is minded."""
    minded = has_parts(zram) and zram.machine.kernel.features.parts_written_alone
    return zram.parts_lock.writing() if minded else nullcontext()


def zram_bvec_read_partial(
    zram: Zram, bvec: Segment, index: int, offset: int, parent: Bio | None
) -> Done:
    """Read bytes of a slot, from `offset` on, into a part of a page."""
    with _temporary_page(zram) as whole:
        done = zram_bvec_read(zram, whole, index, parent, part=Part.READ)
        if done is Done.NOW:
            found = zram.machine.memory.read(whole.pfn * PAGE_SIZE + offset, bvec.length)
            zram.machine.world.reach(PAGE_BYTES_WRITE, bvec.page.pfn)
            fill_page(bvec.page, found, bvec.offset)
    return done


def zram_bvec_write_partial(
    zram: Zram, bvec: Segment, index: int, offset: int, parent: Bio | None
) -> Done:
    """Write a part of a page over bytes of a slot, from `offset` on.

    Kernels up to 4.10 copy the part anew in each pass; here it is copied once.
    """
    with changing_a_part(zram), _temporary_page(zram) as whole:
        if looks_twice(zram):
            look_again(zram, whole, zram.meta.slot(index))
        elif zram_bvec_read(zram, whole, index, parent, part=Part.WRITE) is Done.LATER:
            return Done.LATER
        zram.machine.world.reach(PAGE_BYTES_READ, bvec.page.pfn)
        part = bytes(bvec.page.bytes[bvec.offset : bvec.offset + bvec.length])
        zram.machine.memory.write(whole.pfn * PAGE_SIZE + offset, part)
        _unmap_what_is_not_mapped(zram, whole)
        return zram_bvec_write(zram, whole, index, parent)


def _unmap_what_is_not_mapped(zram: Zram, whole: Page) -> None:
    """Leave a write whose page is zeros: the part was unmapped when it was copied."""
    match zram.machine.kernel.features.part_unmapped:
        case PartUnmapped.ONCE:
            pass
        case PartUnmapped.AGAIN_IF_ZERO if not any(whole.bytes):
            why = "the part of the user's page is unmapped a second time, by a pointer that is NULL"
            paging_request(zram.machine.world, BAD_UNMAP, why, accessors=HELPERS)
        case PartUnmapped.AGAIN_IF_ZERO:
            pass


@contextmanager
def _temporary_page(zram: Zram) -> Generator[Page]:
    """Allocate a page, or refuse with ENOMEM, and free it at the end of the block."""
    enters_reclaim = zram.machine.kernel.features.parts_enter_reclaim
    gfp = GFP_KERNEL if enters_reclaim else GFP_NOIO
    page = zram.machine.memory.alloc_page(gfp, PARTIAL_PAGE)
    if page is None:
        raise Refusal(ENOMEM)
    try:
        yield page
    finally:
        zram.machine.memory.free_page(page)
