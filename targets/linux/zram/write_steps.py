"""What the ways to write a page have in common [zram_drv.c]."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_NOIO, Gfp
from targets.linux.machine.page import PAGE_BYTES_READ, PAGE_SIZE
from targets.linux.zram.discard import zram_free_page
from targets.linux.zram.slot import WORD, filled_page
from targets.linux.zram.stats import COUNT_STORED, same_pages_stored
from targets.linux.zram.zcomp import zcomp_compress, zcomp_stream_put
from targets.linux.zsmalloc.pool import zs_free, zs_get_total_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot
    from targets.linux.zram.streams import Stream

POOL_MASK: Final = GFP_NOIO | Gfp.HIGHMEM
"""May sleep, but starts no I/O: the write may itself serve reclaim."""

FAST_MASK: Final = Gfp.KSWAPD_RECLAIM | Gfp.NOWARN | Gfp.HIGHMEM
"""Cannot sleep: the caller holds a per-CPU stream."""


@dataclass(frozen=True, slots=True)
class Compressed:
    """A compressed page and an object for it; the stream that has it is still held."""

    zstrm: Stream
    clen: int
    """Bytes to store: a whole page when it is stored as it is."""
    handle: int


def fast_mask(zram: Zram) -> Gfp:
    """With which mask to ask for an object where one cannot sleep."""
    return FAST_MASK | _movable(zram)


def slow_mask(zram: Zram) -> Gfp:
    """With which mask to ask for an object where one can sleep."""
    return POOL_MASK | _movable(zram)


def _movable(zram: Zram) -> Gfp:
    return Gfp.MOVABLE if zram.machine.kernel.features.movable_objects else Gfp(0)


def page_same_filled(zram: Zram, page: Page) -> int | None:
    """Return the word that fills a page now, None when it takes more than one."""
    zram.machine.world.reach(PAGE_BYTES_READ, page.pfn)
    data = bytes(page.bytes)
    element = int.from_bytes(data[:WORD], "little")
    return element if data == filled_page(element) else None


def compress_page(zram: Zram, zstrm: Stream, page: Page) -> int:
    """Compress a page and return how many bytes to store; put the stream if that is refused."""
    try:
        length = zcomp_compress(zram.comp, zstrm, page)
    except Refusal:
        zcomp_stream_put(zram.comp, zstrm)
        raise
    clen = PAGE_SIZE if length >= zram.meta.huge_class_size else length
    if zram.machine.world.watched:
        tell(zram, f"compressed {PAGE_SIZE} -> {length}{', stored whole' if clen > length else ''}")
    return clen


def no_object(zram: Zram, clen: int) -> Refusal:
    """Say that there is no memory for an object."""
    tell(zram, f"no object of {clen} bytes: -ENOMEM")
    return Refusal(ENOMEM)


def refuse_beyond_limit(zram: Zram, handle: int) -> None:
    """Free the new object and refuse with ENOMEM if the pool has outgrown mem_limit."""
    alloced_pages = zs_get_total_pages(zram.meta.pool)
    zram.stats.max_used_pages = max(zram.stats.max_used_pages, alloced_pages)
    if zram.limit_pages and alloced_pages > zram.limit_pages:
        tell(zram, f"{alloced_pages} pages exceed mem_limit of {zram.limit_pages}: -ENOMEM")
        zs_free(zram.meta.pool, handle)
        raise Refusal(ENOMEM)


@contextmanager
def filled(zram: Zram, slot: Slot, count: Callable[[], None]) -> Generator[None]:
    """Hold the lock of a slot while it is filled, and count that: once it is unlocked.

    So whoever empties the slot in between counts a page less first.
    """
    with slot.lock:
        yield
        if zram.machine.kernel.features.counted_locked:
            count()
            return
    zram.machine.world.reach(COUNT_STORED, zram.number)
    count()


def store_object(zram: Zram, index: int, handle: int, clen: int) -> None:
    """Put a filled object into the slot, in place of what it held."""
    slot = zram.meta.slot(index)
    with filled(zram, slot, partial(count_object, zram, clen)):
        zram_free_page(zram, slot)
        slot.handle = handle
        slot.size = clen
        slot.huge = clen == PAGE_SIZE


def count_object(zram: Zram, clen: int) -> None:
    """Count a slot that got an object."""
    stats = zram.stats
    stats.compr_data_size += clen
    stats.pages_stored += 1
    if clen == PAGE_SIZE:
        stats.huge_pages += 1
        stats.huge_pages_since += 1


def store_same(zram: Zram, index: int, element: int) -> None:
    """Note that one word fills the page of the slot, in place of what it held."""
    slot = zram.meta.slot(index)
    with filled(zram, slot, partial(count_same, zram)):
        zram_free_page(zram, slot)
        slot.same = True
        slot.element = element


def count_same(zram: Zram) -> None:
    """Count a slot that one word fills."""
    zram.stats.same_pages += 1
    zram.stats.pages_stored += same_pages_stored(zram.machine.kernel)


def tell(zram: Zram, text: str) -> None:
    """Tell whoever reads the timeline."""
    if zram.machine.world.watched:
        zram.machine.world.tell(text)
