"""What judges ask of zswap at quiescence. Nothing here announces a point or changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from targets.linux.kernel.history.zswap import ZswapShrink
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.swap.area import swp_entry, swp_offset, swp_type
from targets.linux.zsmalloc.inspection import leaked_objects, object_bytes, recounted_pages
from targets.linux.zswap.contexts import decompressed
from targets.linux.zswap.entries import header_size, shrink_kind
from targets.linux.zswap.zbud import Zbud

if TYPE_CHECKING:
    from targets.linux.swap.area import Entry
    from targets.linux.zswap.zswap import Zswap, ZswapEntry


@dataclass(frozen=True, slots=True)
class ZswapRecount:
    """What the counters of zswap must be, counted from its entries and pages."""

    stored_pages: int
    same_filled_pages: int
    pool_pages: int
    lost_objects: int
    """Objects of the pool that belong to no entry."""


def zswap_entries(zswap: Zswap) -> list[tuple[Entry, ZswapEntry]]:
    """Return all entries with the slot that leads to them."""
    return [
        (swp_entry(swap_type, offset), zswap.trees[swap_type].entries[offset])
        for swap_type in sorted(zswap.trees)
        for offset in sorted(zswap.trees[swap_type].entries)
    ]


def zswap_has(zswap: Zswap, swpentry: Entry) -> bool:
    """Whether a load of the slot would come from zswap."""
    tree = zswap.trees.get(swp_type(swpentry))
    return tree is not None and swp_offset(swpentry) in tree.entries


def zswap_image(zswap: Zswap, swpentry: Entry) -> bytes | None:
    """Return the page that zswap would give for a slot that it has; None when that is an error."""
    entry = zswap.trees[swp_type(swpentry)].entries[swp_offset(swpentry)]
    if not entry.length:
        return entry.value * (PAGE_SIZE // len(entry.value))
    skipped = header_size(zswap)
    if isinstance(zswap.pool, Zbud):
        stored = zswap.pool.peek(entry.handle, skipped + entry.length)
    else:
        stored = object_bytes(zswap.pool.pool, entry.handle, entry.length)
    return None if stored is None else decompressed(zswap.machine, stored[skipped:])


def pool_pages(zswap: Zswap) -> int:
    """Return how many pages the pool counts."""
    pool = zswap.pool
    return len(pool.pages) if isinstance(pool, Zbud) else pool.pool.pages_allocated


def pool_frames(zswap: Zswap) -> set[int]:
    """Return the page frames that the pool has."""
    pool = zswap.pool
    return set(pool.pages) if isinstance(pool, Zbud) else set(pool.pool.zspages)


def aged_entries(zswap: Zswap) -> list[Entry]:
    """Return the slots of the entries that can be written back, the oldest first.

    With zbud the oldest page comes first, with all that is in it.
    """
    if shrink_kind(zswap) is not ZswapShrink.ZPOOL:
        return [entry.swpentry for entry in zswap.lru]
    assert isinstance(zswap.pool, Zbud), "only zbud knows the age of its pages"
    slots = {entry.handle: swpentry for swpentry, entry in zswap_entries(zswap) if entry.length}
    return [slots[handle] for handle in zswap.pool.aged_handles() if handle in slots]


def next_to_go(zswap: Zswap) -> list[Entry]:
    """Return the slots of the entries that a round of writeback must look at; none if it need not.

    An entry that is given a second chance stays.
    """
    slots = aged_entries(zswap)
    match shrink_kind(zswap):
        case ZswapShrink.ZPOOL:
            return slots
        case ZswapShrink.LRU:
            return slots[:1]
        case ZswapShrink.SECOND_CHANCE:
            return [] if any(entry.referenced for entry in zswap.lru[:1]) else slots[:1]


def zswap_recount(zswap: Zswap) -> ZswapRecount:
    """Count what there is."""
    entries = [entry for _, entry in zswap_entries(zswap)]
    handles = tuple(entry.handle for entry in entries if entry.length)
    if isinstance(zswap.pool, Zbud):
        pages = len(zswap.pool.pages)
        lost = len(zswap.pool.handles()) - len(handles)
    else:
        pages = recounted_pages(zswap.pool.pool)
        lost = len(leaked_objects(zswap.pool.pool, handles))
    return ZswapRecount(
        stored_pages=len(entries),
        same_filled_pages=len(entries) - len(handles),
        pool_pages=pages,
        lost_objects=lost,
    )
