"""Reading a page out of a slot [zram_drv.c, zram_bvec_read, zram_read_page]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.kernel.history.zram import ReadPath, WholePage
from targets.linux.machine.page import PAGE_BYTES_WRITE, PAGE_SIZE, fill_page
from targets.linux.zram.backing_io import (
    Done,
    Part,
    block_to_read,
    read_from_bdev,
    written_back,
    written_back_apart,
)
from targets.linux.zram.comps import comp_of
from targets.linux.zram.slot import filled_page
from targets.linux.zram.zcomp import (
    stream_holder_may_sleep,
    zcomp_decompress,
    zcomp_stream_get,
    zcomp_stream_put,
)
from targets.linux.zsmalloc.using import object_to_read

if TYPE_CHECKING:
    from targets.linux.block.bio import Bio
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot


def zram_bvec_read(
    zram: Zram, page: Page, index: int, parent: Bio | None, *, part: Part = Part.NONE
) -> Done:
    """Read a slot into a page, or refuse with EINVAL what cannot be decompressed.

    A page that was written back comes later; `parent` completes after that.
    `part` says whether the page is zram's own, and what for.
    """
    slot = zram.meta.slot(index)
    match zram.machine.kernel.features.read_path:
        case ReadPath.LOOK_TWICE:
            with slot.lock:
                stored = _has_object(slot)
            if stored:
                look_again(zram, page, slot)
            else:
                zram_fill_page(zram, page, 0)
            return Done.NOW
        case ReadPath.LOOK_ONCE:
            return zram_read_page(zram, page, index, parent, part)


def looks_twice(zram: Zram) -> bool:
    """Whether a read looks for zeros first, and again for what else there is."""
    return zram.machine.kernel.features.read_path is ReadPath.LOOK_TWICE


def zram_read_page(
    zram: Zram, page: Page, index: int, parent: Bio | None, part: Part = Part.NONE
) -> Done:
    """Read a slot into a page from memory or from the backing device [4.14 __zram_bvec_read]."""
    slot = zram.meta.slot(index)
    block = None
    if not written_back_apart(zram, slot):
        with slot.lock:
            if not written_back(zram, slot):
                zram_read_from_zspool(zram, page, slot)
                return Done.NOW
            block = slot.block
    return read_from_bdev(zram, page, block_to_read(zram, index, block), parent, part)


def look_again(zram: Zram, page: Page, slot: Slot) -> None:
    """Fill a page from a slot, which may have lost its object since it was looked at [4.6]."""
    with slot.lock:
        if _has_object(slot):
            zram_decompress_page(zram, page, slot)
            return
    zram_fill_page(zram, page, 0)


def zram_read_from_zspool(zram: Zram, page: Page, slot: Slot) -> None:
    """Fill a page from a slot whose lock is held; one without an object reads as its word, or 0."""
    if not _has_object(slot):
        zram_fill_page(zram, page, slot.element)
    elif not stream_holder_may_sleep(zram.machine.kernel):
        zram_decompress_page(zram, page, slot)
    elif _stored_whole(zram, slot):
        read_incompressible_page(zram, page, slot)
    else:
        read_compressed_page(zram, page, slot)


def zram_decompress_page(zram: Zram, page: Page, slot: Slot) -> None:
    """Fill a page from the mapped object of a slot, and give a stream back before the unmapping."""
    if _stored_whole(zram, slot):
        read_incompressible_page(zram, page, slot)
        return
    comp = comp_of(zram, slot.priority)
    early, late = _when_a_stream_is_held(zram)
    zstrm = zcomp_stream_get(comp) if early else None
    with object_to_read(zram.meta.pool, slot.handle, None) as src:
        stored = src.use(slot.size)
        zstrm = zcomp_stream_get(comp) if late else zstrm
        try:
            zcomp_decompress(comp, stored, page)
        finally:
            if zstrm is not None:
                zcomp_stream_put(comp, zstrm)


def read_incompressible_page(zram: Zram, page: Page, slot: Slot) -> None:
    """Fill a page from an object that is a page, and so never spans two [6.14]."""
    with object_to_read(zram.meta.pool, slot.handle, None) as src:
        stored = src.use(PAGE_SIZE)
        zram.machine.world.reach(PAGE_BYTES_WRITE, page.pfn)
        fill_page(page, stored)


def read_compressed_page(zram: Zram, page: Page, slot: Slot) -> None:
    """Decompress an object; the stream has room for one that spans two pages [6.17]."""
    comp = comp_of(zram, slot.priority)
    zstrm = zcomp_stream_get(comp)
    try:
        with object_to_read(zram.meta.pool, slot.handle, zstrm.local_copy) as src:
            zcomp_decompress(comp, src.use(slot.size), page)
    finally:
        zcomp_stream_put(comp, zstrm)


def zram_fill_page(zram: Zram, page: Page, element: int) -> None:
    """Fill a page with one word."""
    zram.machine.world.reach(PAGE_BYTES_WRITE, page.pfn)
    fill_page(page, filled_page(element))


def _has_object(slot: Slot) -> bool:
    return slot.handle != 0 and not slot.same


def _stored_whole(zram: Zram, slot: Slot) -> bool:
    """Whether the object is the page itself."""
    match zram.machine.kernel.features.whole_page:
        case WholePage.BY_SIZE:
            return slot.size == PAGE_SIZE
        case WholePage.BY_FLAG:
            return slot.huge


def _when_a_stream_is_held(zram: Zram) -> tuple[bool, bool]:
    """Whether to take a stream before the object is mapped, and whether after that."""
    features = zram.machine.kernel.features
    if not features.decompression_stream:
        return False, False
    return features.stream_before_map, not features.stream_before_map
