"""Shrinking the pool: which entry is written back next, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.kernel.history.zswap import ZswapShrink, ZswapShrinker
from targets.linux.machine.errno import EAGAIN, EINVAL
from targets.linux.machine.gfp import Gfp
from targets.linux.machine.oops import paging_request
from targets.linux.swap.area import swp_offset
from targets.linux.zswap.entries import (
    shrink_kind,
    tree_of,
    zswap_entry_get,
    zswap_entry_put,
    zswap_invalidate_entry,
    zswap_lru_renew,
)
from targets.linux.zswap.promises import ZSWAP_NO_MEMCG
from targets.linux.zswap.writeback import zswap_writeback_entry, zswap_writeback_handle
from targets.linux.zswap.zbud import Zbud

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.zswap.zswap import Zswap

ZBUD_RETRIES: Final = 8
"""How many pages zbud tries to free before it gives up."""

MAX_RECLAIM_RETRIES: Final = 16
"""How many failures a worker bears."""


def zswap_shrink(zswap: Zswap) -> str:
    """Write back what is oldest; return nothing, or the errno name that says why not."""
    match shrink_kind(zswap):
        case ZswapShrink.ZPOOL:
            assert isinstance(zswap.pool, Zbud), "only zbud knows the age of its pages"
            return zswap.pool.reclaim_page(
                lambda handle: zswap_writeback_handle(zswap, handle), ZBUD_RETRIES
            )
        case ZswapShrink.LRU:
            return zswap_reclaim_entry(zswap)
        case ZswapShrink.SECOND_CHANCE:
            return shrink_memcg_cb(zswap)


def shrink_for_reclaim(zswap: Zswap, gfp: Gfp) -> None:
    """Write an entry back because memory is short (zswap_shrinker_count, zswap_shrinker_scan).

    The kernel takes more at a time, by how well zswap compresses.
    """
    if not zswap.shrinker_enabled:
        return
    match zswap.machine.kernel.features.zswap_shrinker:
        case ZswapShrinker.NONE:
            return
        case ZswapShrinker.ANY_MASK:
            pass
        case ZswapShrinker.WITH_IO:
            if Gfp.IO not in gfp:
                return
    kernel = zswap.machine.kernel
    if not kernel.build.memcg and kernel.features.zswap_shrinker_needs_memcg:
        why = "the shrinker follows sc->memcg, which is NULL without memory cgroups"
        paging_request(zswap.world, ZSWAP_NO_MEMCG, why)
    zswap_shrink(zswap)


def shrink_worker(zswap: Zswap, is_enough: Callable[[], bool]) -> None:
    """Shrink until that is enough, nothing is left, or too much has failed."""
    failures = 0
    while True:
        error = zswap_shrink(zswap)
        if error:
            failures += 1
            if shrink_kind(zswap) is not ZswapShrink.SECOND_CHANCE:
                zswap.counters.reject_reclaim_fail += 1
        if error == EINVAL or failures == MAX_RECLAIM_RETRIES or is_enough():
            return


def zswap_reclaim_entry(zswap: Zswap) -> str:
    """Take the oldest entry off the list, and write it back [6.5, 6.8]."""
    with zswap.lru_lock:
        if not zswap.lru:
            return EINVAL
        entry = zswap.lru.pop(0)
        swpentry = entry.swpentry
    tree = tree_of(zswap, swpentry)
    if tree is None:
        return EAGAIN
    with tree.lock:
        if tree.entries.get(swp_offset(swpentry)) is not entry:
            return EAGAIN
        zswap_entry_get(zswap, entry)
    error = zswap_writeback_entry(zswap, entry, swpentry)
    with tree.lock:
        if error:
            zswap_lru_renew(zswap, entry)
        else:
            zswap_invalidate_entry(zswap, tree, entry)
        zswap_entry_put(zswap, tree, entry)
    return EAGAIN if error else ""


def shrink_memcg_cb(zswap: Zswap) -> str:
    """Write the oldest entry back, or pass over it if it is new; it stays on the list [6.12].

    Once the list is unlocked the entry may be freed: only its slot is remembered.
    """
    with zswap.lru_lock:
        if not zswap.lru:
            return EINVAL
        entry = zswap.lru.pop(0)
        zswap.lru.append(entry)
        if entry.referenced:
            entry.referenced = False
            return EAGAIN
        swpentry = entry.swpentry
    error = zswap_writeback_entry(zswap, entry, swpentry)
    if error:
        zswap.counters.reject_reclaim_fail += 1
    return EAGAIN if error else ""
