"""How zram compresses a page and gets an object for it, up to 6.12 [zram_drv.c].

A second pass trusts the page: a longer result overruns the object that the first one asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.machine.errno import Refusal
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.write_steps import (
    POOL_MASK,
    Compressed,
    compress_page,
    fast_mask,
    no_object,
    page_same_filled,
    slow_mask,
    store_same,
    tell,
)
from targets.linux.zram.zcomp import zcomp_stream_get, zcomp_stream_put
from targets.linux.zsmalloc.pool import zs_free, zs_malloc

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.streams import Stream


def one_pass_with_stream(zram: Zram, page: Page, index: int) -> Compressed | None:
    """Compress, and keep the stream while the object is allocated; None after a zero page [4.6]."""
    zstrm = zcomp_stream_get(zram.comp)
    if page_same_filled(zram, page) == 0:
        store_same(zram, index, 0)
        zcomp_stream_put(zram.comp, zstrm)
        return None
    clen = compress_page(zram, zstrm, page)
    handle = zs_malloc(zram.meta.pool, clen, POOL_MASK)
    if not handle:
        zcomp_stream_put(zram.comp, zstrm)
        raise no_object(zram, clen)
    return Compressed(zstrm, clen, handle)


def passes_with_zero_test(zram: Zram, page: Page, index: int) -> Compressed | None:
    """Compress, once more if the object took a sleeping allocation; None after a zero page [4.7].

    A page that became zero, or does not compress any more, leaves the object to nobody.
    """
    pool = zram.meta.pool
    handle = had = 0
    while page_same_filled(zram, page) != 0:  # compress_again
        zstrm = zcomp_stream_get(zram.comp)
        try:
            clen = compress_page(zram, zstrm, page)
        except Refusal:
            leave_object(zram, handle)
            raise
        handle = handle_that_fits(zram, handle, had, clen)
        handle = handle or zs_malloc(pool, clen, fast_mask(zram))
        if handle:
            return Compressed(zstrm, clen, handle)
        handle, had = sleep_for_object(zram, zstrm, clen), clen
    leave_object(zram, handle)
    store_same(zram, index, 0)
    return None


def passes(
    zram: Zram,
    page: Page,
    elsewhere: Callable[[], bool] | None,
    *,
    whole_pages_again: bool,
) -> Compressed | None:
    """Compress, once more if the object took a sleeping allocation [4.12].

    From 6.0 on a page that is to be stored as it is is not compressed again (`whole_pages_again`).
    Before 5.0 such a page may be stored `elsewhere`, which is tried once; None when that was done.
    An object that an earlier pass got is then left to nobody.
    """
    pool = zram.meta.pool
    handle = had = 0
    while True:  # compress_again
        zstrm = zcomp_stream_get(zram.comp)
        try:
            clen = compress_page(zram, zstrm, page)
        except Refusal:
            zs_free(pool, handle)
            raise
        if clen == PAGE_SIZE and elsewhere is not None:
            zcomp_stream_put(zram.comp, zstrm)
            if elsewhere():
                leave_object(zram, handle)
                return None
            elsewhere = None
            continue
        handle = handle_that_fits(zram, handle, had, clen)
        handle = handle or zs_malloc(pool, clen, fast_mask(zram))
        if handle:
            return Compressed(zstrm, clen, handle)
        handle, had = sleep_for_object(zram, zstrm, clen), clen
        if clen == PAGE_SIZE and not whole_pages_again:
            return Compressed(zcomp_stream_get(zram.comp), clen, handle)


def one_pass_without_sleep(zram: Zram, page: Page) -> Compressed:
    """Compress once; no object without sleeping means no write [5.19]."""
    zstrm = zcomp_stream_get(zram.comp)
    clen = compress_page(zram, zstrm, page)
    handle = zs_malloc(zram.meta.pool, clen, fast_mask(zram))
    if not handle:
        zcomp_stream_put(zram.comp, zstrm)
        raise no_object(zram, clen)
    return Compressed(zstrm, clen, handle)


def leave_object(zram: Zram, handle: int) -> None:
    """Give the object of an earlier pass, if there is one, back; up to now kernels forget it."""
    if zram.machine.kernel.features.first_object_freed:
        zs_free(zram.meta.pool, handle)


def handle_that_fits(zram: Zram, handle: int, had: int, clen: int) -> int:
    """Return the object of an earlier pass, of `had` bytes, unless it is found to be too small.

    Kernels do not look; to look, and to ask anew, was the driver's own way out in the thread.
    """
    if not zram.machine.kernel.features.longer_pass_checked or clen <= had:
        return handle
    zs_free(zram.meta.pool, handle)
    return 0


def sleep_for_object(zram: Zram, zstrm: Stream, clen: int) -> int:
    """Put the stream and ask for an object with a mask that may sleep, or refuse with ENOMEM."""
    zcomp_stream_put(zram.comp, zstrm)
    zram.stats.writestall += 1
    tell(zram, f"no object of {clen} bytes without sleeping: writestall")
    handle = zs_malloc(zram.meta.pool, clen, slow_mask(zram))
    if not handle:
        raise no_object(zram, clen)
    return handle
