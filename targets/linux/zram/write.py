"""Writing a page into a slot: which way its kernel takes [zram_drv.c, zram_bvec_write].

A write fails before it touches the slot, so that what the slot held survives every refusal;
only from 6.14 to 6.16 the slot is emptied first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.kernel.history.zram import WritePath
from targets.linux.machine.page import PAGE_BYTES_READ, PAGE_SIZE
from targets.linux.zram.backing_io import Done
from targets.linux.zram.inline_writeback import inline_writeback
from targets.linux.zram.write_page import zram_write_page
from targets.linux.zram.write_passes import (
    one_pass_with_stream,
    one_pass_without_sleep,
    passes,
    passes_with_zero_test,
)
from targets.linux.zram.write_steps import (
    page_same_filled,
    refuse_beyond_limit,
    store_object,
    store_same,
    tell,
)
from targets.linux.zram.zcomp import zcomp_stream_put
from targets.linux.zsmalloc.mapping import zs_map_object, zs_unmap_object
from targets.linux.zsmalloc.structs import MapMode

if TYPE_CHECKING:
    from targets.linux.block.bio import Bio
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.write_steps import Compressed


def zram_bvec_write(zram: Zram, page: Page, index: int, parent: Bio | None) -> Done:
    """Store a page in a slot, or refuse with ENOMEM or EINVAL.

    A page that went to the backing device instead is there later; `parent` completes after that.
    """
    match zram.machine.kernel.features.write_path:
        case WritePath.APART:
            zram_write_page(zram, page, index, stream_sleeps=False)
            return Done.NOW
        case WritePath.SLEEPING_STREAM:
            zram_write_page(zram, page, index, stream_sleeps=True)
            return Done.NOW
        case WritePath.ONE_PASS:
            ready = one_pass_with_stream(zram, page, index) or Done.NOW
        case WritePath.TWO_PASSES:
            ready = passes_with_zero_test(zram, page, index) or Done.NOW
        case path:
            ready = _after_one_test(zram, page, index, path, parent)
    if isinstance(ready, Done):
        return ready
    pool, clen, handle = zram.meta.pool, ready.clen, ready.handle
    try:
        refuse_beyond_limit(zram, handle)
        cmem = zs_map_object(pool, handle, MapMode.WO)
        if clen == PAGE_SIZE:
            zram.machine.world.reach(PAGE_BYTES_READ, page.pfn)
            cmem.write(bytes(page.bytes))
        else:
            cmem.write(ready.zstrm.buffer)
    finally:
        zcomp_stream_put(zram.comp, ready.zstrm)
    zs_unmap_object(pool, handle)
    tell(zram, f"copied {clen} bytes into the object")
    store_object(zram, index, handle, clen)
    return Done.NOW


def _after_one_test(
    zram: Zram, page: Page, index: int, path: WritePath, parent: Bio | None
) -> Compressed | Done:
    """Compress unless one word fills the page, which is looked at once for that [4.12 to 6.12]."""
    element = page_same_filled(zram, page)
    if element is not None:
        store_same(zram, index, element)
        return Done.NOW
    if path is WritePath.NO_SLEEP:
        return one_pass_without_sleep(zram, page)
    elsewhere = inline_writeback(zram, page, index, parent)
    again = path is WritePath.SAME_TESTED_ONCE
    return passes(zram, page, elsewhere, whole_pages_again=again) or Done.LATER
