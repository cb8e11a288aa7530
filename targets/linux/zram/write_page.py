"""Writing a page into a slot from 6.14 on, each kind of page in its own way [6.14 zram_drv.c]."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from targets.linux.kernel.history.zram import SlotFreed
from targets.linux.machine.errno import Refusal
from targets.linux.machine.gfp import Gfp
from targets.linux.machine.page import PAGE_BYTES_READ, PAGE_SIZE
from targets.linux.zram.discard import zram_free_page
from targets.linux.zram.write_passes import (
    handle_that_fits,
    leave_object,
    sleep_for_object,
)
from targets.linux.zram.write_steps import (
    POOL_MASK,
    Compressed,
    compress_page,
    count_object,
    count_same,
    fast_mask,
    filled,
    no_object,
    page_same_filled,
    refuse_beyond_limit,
    slow_mask,
)
from targets.linux.zram.zcomp import zcomp_stream_get, zcomp_stream_put
from targets.linux.zsmalloc.pool import zs_free, zs_malloc
from targets.linux.zsmalloc.using import object_to_write

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot

SLEEPING_MASK: Final = POOL_MASK | Gfp.NOWARN | Gfp.MOVABLE
"""May sleep, as may who holds a stream from 6.15 on."""


def zram_write_page(zram: Zram, page: Page, index: int, *, stream_sleeps: bool) -> None:
    """Store a page in a slot; a stream whose holder can sleep needs no second pass [6.15]."""
    if _freed(zram) is SlotFreed.FIRST:
        slot = zram.meta.slot(index)
        with slot.lock:
            zram_free_page(zram, slot)
    element = page_same_filled(zram, page)
    if element is not None:
        write_same_filled_page(zram, element, index)
        return
    mask = SLEEPING_MASK if stream_sleeps else slow_mask(zram)
    ready = one_pass_sleeping(zram, page) if stream_sleeps else passes_but_whole_pages(zram, page)
    if ready is None:
        write_incompressible_page(zram, page, index, mask)
        return
    try:
        refuse_beyond_limit(zram, ready.handle)
    except Refusal:
        zcomp_stream_put(zram.comp, ready.zstrm)
        raise
    with object_to_write(zram.meta.pool, ready.handle) as write:
        write(ready.zstrm.buffer)
        zcomp_stream_put(zram.comp, ready.zstrm)
    _install_object(zram, index, ready.handle, ready.clen)


def passes_but_whole_pages(zram: Zram, page: Page) -> Compressed | None:
    """Compress, once more if the object took a sleeping allocation; None if it is no use [6.14].

    A page that is found to be no use only in the second pass leaves the object to nobody.
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
        if clen == PAGE_SIZE:
            zcomp_stream_put(zram.comp, zstrm)
            leave_object(zram, handle)
            return None
        handle = handle_that_fits(zram, handle, had, clen)
        handle = handle or zs_malloc(pool, clen, fast_mask(zram))
        if handle:
            return Compressed(zstrm, clen, handle)
        handle, had = sleep_for_object(zram, zstrm, clen), clen


def one_pass_sleeping(zram: Zram, page: Page) -> Compressed | None:
    """Compress once, and keep the stream while the object is allocated; None if it is no use."""
    zstrm = zcomp_stream_get(zram.comp)
    clen = compress_page(zram, zstrm, page)
    if clen == PAGE_SIZE:
        zcomp_stream_put(zram.comp, zstrm)
        return None
    handle = zs_malloc(zram.meta.pool, clen, SLEEPING_MASK)
    if not handle:
        zcomp_stream_put(zram.comp, zstrm)
        raise no_object(zram, clen)
    return Compressed(zstrm, clen, handle)


def write_same_filled_page(zram: Zram, fill: int, index: int) -> None:
    """Note that one word fills the page of the slot."""
    slot = zram.meta.slot(index)
    with filled(zram, slot, partial(count_same, zram)):
        _make_room(zram, slot)
        slot.same = True
        slot.element = fill
        slot.handle = 0  # one word of the slot is either of the two


def write_incompressible_page(zram: Zram, page: Page, index: int, mask: Gfp) -> None:
    """Store a page as it is; nobody holds a stream, so that the allocation may sleep."""
    handle = zs_malloc(zram.meta.pool, PAGE_SIZE, mask)
    if not handle:
        raise no_object(zram, PAGE_SIZE)
    refuse_beyond_limit(zram, handle)
    with object_to_write(zram.meta.pool, handle) as write:
        zram.machine.world.reach(PAGE_BYTES_READ, page.pfn)
        write(bytes(page.bytes))
    _install_object(zram, index, handle, PAGE_SIZE)


def _install_object(zram: Zram, index: int, handle: int, clen: int) -> None:
    """Put a filled object into the slot; marks that it has already stay."""
    slot = zram.meta.slot(index)
    with filled(zram, slot, partial(count_object, zram, clen)):
        _make_room(zram, slot)
        slot.handle = handle
        slot.size = clen
        if slot.same:
            slot.element = handle  # one word of the slot is either of the two
        if clen == PAGE_SIZE:
            slot.huge = True


def _make_room(zram: Zram, slot: Slot) -> None:
    match _freed(zram):
        case SlotFreed.FIRST:
            pass  # another writer may have filled it since, and loses what he put there
        case SlotFreed.LAST:
            zram_free_page(zram, slot)


def failed_write_empties(zram: Zram) -> bool:
    """Whether a write that fails leaves its slot empty, and is meant to."""
    return _freed(zram) is SlotFreed.FIRST


def _freed(zram: Zram) -> SlotFreed:
    return zram.machine.kernel.features.slot_freed
