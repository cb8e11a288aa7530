"""Segments of a request that are no whole page: parts of a buffer that lies across a page border.

Up to 4.10 such a part is read and written through a page of zram's own.
Later kernels with pages of 4 KiB know no parts: they take the whole page of each for it, although
block devices accept such buffers since 6.0 [4.10 and 6.18 zram_drv.c, is_partial_io].
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.kernel.history.zram import PartialIo
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_NOIO
from targets.linux.machine.page import PAGE_BYTES_READ, PAGE_BYTES_WRITE, PAGE_SIZE, fill_page
from targets.linux.zram.backing_io import Done
from targets.linux.zram.read import look_again, zram_bvec_read
from targets.linux.zram.write import zram_bvec_write

if TYPE_CHECKING:
    from collections.abc import Generator

    from targets.linux.block.bio import Segment
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram

PARTIAL_PAGE: Final = fault_point(
    "zram.partial",
    "kmalloc: memory for a page of which a part is read or written",
    ENOMEM,
    capability="fail_page_alloc",
)


def is_partial_io(zram: Zram, bvec: Segment) -> bool:
    """Whether a segment is known to be a part of a page."""
    match zram.machine.kernel.features.partial_io:
        case PartialIo.KNOWN:
            return bvec.length != PAGE_SIZE
        case PartialIo.UNKNOWN:
            return False


def zram_bvec_read_partial(zram: Zram, bvec: Segment, index: int, offset: int) -> Done:
    """Read bytes of a slot, from `offset` on, into a part of a page."""
    with _temporary_page(zram) as whole:
        zram_bvec_read(zram, whole, index, None)
        zram.machine.world.reach(PAGE_BYTES_WRITE, bvec.page.pfn)
        fill_page(bvec.page, whole.bytes[offset : offset + bvec.length], bvec.offset)
    return Done.NOW


def zram_bvec_write_partial(zram: Zram, bvec: Segment, index: int, offset: int) -> Done:
    """Write a part of a page over bytes of a slot, from `offset` on.

    The kernel copies the part anew in each pass; here it is copied once.
    """
    with _temporary_page(zram) as whole:
        look_again(zram, whole, zram.meta.slot(index))
        zram.machine.world.reach(PAGE_BYTES_READ, bvec.page.pfn)
        end = bvec.offset + bvec.length
        fill_page(whole, bvec.page.bytes[bvec.offset : end], offset)
        return zram_bvec_write(zram, whole, index, None)


@contextmanager
def _temporary_page(zram: Zram) -> Generator[Page]:
    """Allocate a page, or refuse with ENOMEM, and free it at the end of the block."""
    page = zram.machine.memory.alloc_page(GFP_NOIO, PARTIAL_PAGE)
    if page is None:
        raise Refusal(ENOMEM)
    try:
        yield page
    finally:
        zram.machine.memory.free_page(page)
