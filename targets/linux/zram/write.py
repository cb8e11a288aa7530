"""Writing a page into a slot [4.6 and 4.9 zram_drv.c, zram_bvec_write].

A write fails before it touches the slot: what the slot held survives every refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from targets.linux.kernel.history.zram import ObjectMasks
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_NOIO, Gfp
from targets.linux.machine.page import PAGE_BYTES_READ, PAGE_SIZE
from targets.linux.zram.discard import zram_free_page
from targets.linux.zram.stats import same_pages_stored
from targets.linux.zram.zcomp import zcomp_compress, zcomp_stream_get, zcomp_stream_put
from targets.linux.zsmalloc.mapping import zs_map_object, zs_unmap_object
from targets.linux.zsmalloc.pool import zs_free, zs_get_total_pages, zs_malloc
from targets.linux.zsmalloc.structs import MapMode

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.streams import Stream

ZERO_PAGE: Final = bytes(PAGE_SIZE)
POOL_MASK: Final = GFP_NOIO | Gfp.HIGHMEM
"""May sleep, but starts no I/O: the write may itself serve reclaim."""

FAST_MASK: Final = Gfp.KSWAPD_RECLAIM | Gfp.NOWARN | Gfp.HIGHMEM
"""Cannot sleep: the caller holds a per-CPU stream."""


@dataclass(frozen=True, slots=True)
class Compressed:
    """A compressed page and an object for it; the stream that has it is still held."""

    zstrm: Stream
    clen: int
    handle: int


def zram_bvec_write(zram: Zram, page: Page, index: int) -> None:
    """Store a page in a slot, or refuse with ENOMEM or EINVAL."""
    pool = zram.meta.pool
    match zram.machine.kernel.features.object_masks:
        case ObjectMasks.POOL:
            ready = compress_once(zram, page, index)
        case ObjectMasks.TWO:
            ready = compress_again_after_sleeping(zram, page, index)
    if ready is None:
        return
    clen, handle = ready.clen, ready.handle
    try:
        check_limit(zram, handle)
        cmem = zs_map_object(pool, handle, MapMode.WO)
        if clen == PAGE_SIZE:
            zram.machine.world.reach(PAGE_BYTES_READ, page.pfn)
            cmem.write(bytes(page.bytes))
        else:
            cmem.write(ready.zstrm.buffer)
    finally:
        zcomp_stream_put(zram.comp, ready.zstrm)
    zs_unmap_object(pool, handle)
    _tell(zram, f"copied {clen} bytes into the object")
    store_object(zram, index, handle, clen)


def compress_once(zram: Zram, page: Page, index: int) -> Compressed | None:
    """Compress, and keep the stream while the object is allocated; None after a zero page [4.6]."""
    zstrm = zcomp_stream_get(zram.comp)
    if page_zero_filled(zram, page):
        store_zero_page(zram, index)
        zcomp_stream_put(zram.comp, zstrm)
        return None
    clen = compress_page(zram, zstrm, page)
    handle = zs_malloc(zram.meta.pool, clen, POOL_MASK)
    if not handle:
        _tell(zram, f"no object of {clen} bytes: -ENOMEM")
        zcomp_stream_put(zram.comp, zstrm)
        raise Refusal(ENOMEM)
    return Compressed(zstrm, clen, handle)


def compress_again_after_sleeping(zram: Zram, page: Page, index: int) -> Compressed | None:
    """Compress, once more if the object took a sleeping allocation; None after a zero page [4.7].

    The second pass trusts the page: a longer result overruns the object of the first length,
    and a page that became zero, or does not compress any more, leaves the object to nobody.
    """
    pool = zram.meta.pool
    movable = Gfp.MOVABLE if zram.machine.kernel.features.movable_objects else Gfp(0)
    handle = 0
    while not page_zero_filled(zram, page):  # compress_again
        zstrm = zcomp_stream_get(zram.comp)
        clen = compress_page(zram, zstrm, page)
        handle = handle or zs_malloc(pool, clen, FAST_MASK | movable)
        if handle:
            return Compressed(zstrm, clen, handle)
        zcomp_stream_put(zram.comp, zstrm)
        zram.stats.writestall += 1
        _tell(zram, f"no object of {clen} bytes without sleeping: writestall")
        handle = zs_malloc(pool, clen, POOL_MASK | movable)
        if not handle:
            _tell(zram, f"no object of {clen} bytes: -ENOMEM")
            raise Refusal(ENOMEM)
    store_zero_page(zram, index)
    return None


def page_zero_filled(zram: Zram, page: Page) -> bool:
    """Whether all bytes of a page are zero now."""
    zram.machine.world.reach(PAGE_BYTES_READ, page.pfn)
    return bytes(page.bytes) == ZERO_PAGE


def compress_page(zram: Zram, zstrm: Stream, page: Page) -> int:
    """Compress a page and return how many bytes to store; put the stream if that is refused."""
    try:
        length = zcomp_compress(zram.comp, zstrm, page)
    except Refusal:
        zcomp_stream_put(zram.comp, zstrm)
        raise
    clen = PAGE_SIZE if length >= zram.meta.huge_class_size else length
    _tell(zram, f"compressed {PAGE_SIZE} -> {length}{', stored whole' if clen > length else ''}")
    return clen


def check_limit(zram: Zram, handle: int) -> None:
    """Free the new object and refuse with ENOMEM if the pool has outgrown mem_limit."""
    pool = zram.meta.pool
    alloced_pages = zs_get_total_pages(pool)
    zram.stats.max_used_pages = max(zram.stats.max_used_pages, alloced_pages)
    if zram.limit_pages and alloced_pages > zram.limit_pages:
        _tell(zram, f"{alloced_pages} pages exceed mem_limit of {zram.limit_pages}: -ENOMEM")
        zs_free(pool, handle)
        raise Refusal(ENOMEM)


def store_object(zram: Zram, index: int, handle: int, clen: int) -> None:
    """Put a filled object into the slot, in place of what it held."""
    slot = zram.meta.slot(index)
    with slot.lock:
        zram_free_page(zram, slot)
        slot.handle = handle
        slot.size = clen
        slot.huge = clen == PAGE_SIZE
    zram.stats.huge_pages += slot.huge
    zram.stats.huge_pages_since += slot.huge
    zram.stats.compr_data_size += clen
    zram.stats.pages_stored += 1


def store_zero_page(zram: Zram, index: int) -> None:
    """Note that the slot is all zeros, in place of what it held."""
    slot = zram.meta.slot(index)
    with slot.lock:
        zram_free_page(zram, slot)
        slot.same = True
    zram.stats.same_pages += 1
    zram.stats.pages_stored += same_pages_stored(zram.machine.kernel)


def _tell(zram: Zram, text: str) -> None:
    if zram.machine.world.watched:
        zram.machine.world.tell(text)
