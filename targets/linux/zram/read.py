"""Reading a page out of a slot [4.9 zram_drv.c, zram_bvec_read]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.machine.page import PAGE_BYTES_WRITE, PAGE_SIZE
from targets.linux.zram.zcomp import zcomp_decompress, zcomp_stream_get, zcomp_stream_put
from targets.linux.zsmalloc.mapping import zs_map_object, zs_unmap_object
from targets.linux.zsmalloc.structs import MapMode

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot


def zram_bvec_read(zram: Zram, page: Page, index: int) -> None:
    """Read a slot into a page, or refuse with EINVAL what cannot be decompressed."""
    slot = zram.meta.slot(index)
    with slot.lock:
        stored = _has_object(slot)
    if stored:
        zram_decompress_page(zram, page, slot)
    else:
        handle_zero_page(zram, page)


def zram_decompress_page(zram: Zram, page: Page, slot: Slot) -> None:
    """Fill a page from a slot; the slot may have lost its object since somebody looked."""
    with slot.lock:
        if _has_object(slot):
            cmem = zs_map_object(zram.meta.pool, slot.handle, MapMode.RO)
            try:
                return _fill_page(zram, page, cmem.read(slot.size))
            finally:
                zs_unmap_object(zram.meta.pool, slot.handle)
    return handle_zero_page(zram, page)


def handle_zero_page(zram: Zram, page: Page) -> None:
    """Fill a page with zeros."""
    zram.machine.world.reach(PAGE_BYTES_WRITE, page.pfn)
    page.bytes[:] = bytes(PAGE_SIZE)


def _has_object(slot: Slot) -> bool:
    return slot.handle != 0 and not slot.same


def _fill_page(zram: Zram, page: Page, stored: bytes) -> None:
    if len(stored) == PAGE_SIZE:
        zram.machine.world.reach(PAGE_BYTES_WRITE, page.pfn)
        page.bytes[:] = stored
    elif zram.machine.kernel.features.decompression_stream:
        zstrm = zcomp_stream_get(zram.comp)
        try:
            zcomp_decompress(zram.comp, stored, page)
        finally:
            zcomp_stream_put(zram.comp, zstrm)
    else:
        zcomp_decompress(zram.comp, stored, page)
