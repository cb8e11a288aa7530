"""The limit of the pool: whether a store is accepted, and who makes room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.world.cell import Unseen
from targets.linux.kernel.history.zswap import ZswapFull
from targets.linux.zswap.inspection import pool_pages
from targets.linux.zswap.promises import ZSWAP_OVER_LIMIT
from targets.linux.zswap.shrink import shrink_worker, zswap_shrink
from targets.linux.zswap.zswap import ACCEPT_THRESHOLD

if TYPE_CHECKING:
    from targets.linux.zswap.zswap import Zswap


def has_room(zswap: Zswap) -> bool:
    """Whether the pool takes one more page; a store that finds no room does what kernels do.

    The judge looks before another task runs: kernels allow that the limit falls, or that the pool
    grows, between the check and the page.
    """
    taken = takes_one_more(zswap)
    with Unseen(zswap.world):
        pages = pool_pages(zswap)
    if taken and pages > zswap.max_pages:
        zswap.world.report(
            ZSWAP_OVER_LIMIT,
            "zswap: a page is taken although the pool is full",
            f"the pool has {pages} pages of {zswap.max_pages}, and grows",
            place="zswap_store",
        )
    return taken


def takes_one_more(zswap: Zswap) -> bool:
    """Decide as the kernel does, and shrink the pool where it does that."""
    match full_kind(zswap):
        case ZswapFull.SHRINK_ONCE:
            return not zswap_is_full(zswap) or shrunk(zswap)
        case ZswapFull.SHRINK_AND_CHECK:
            return not zswap_is_full(zswap) or (shrunk(zswap) and not zswap_is_full(zswap))
        case ZswapFull.WORKER_ONCE:
            return accepts(zswap, asks_again=False)
        case ZswapFull.WORKER_LOOP:
            return accepts(zswap, asks_again=True)
        case ZswapFull.AT_LIMIT:
            return not zswap_check_limits(zswap)


def zswap_is_full(zswap: Zswap) -> bool:
    """Whether the pool has outgrown its limit; counted."""
    full = zswap.pool.total_pages() > zswap.max_pages
    zswap.counters.pool_limit_hit += full
    return full


def shrunk(zswap: Zswap) -> bool:
    """Write something back in the middle of a store, and say whether that went well."""
    if not zswap_shrink(zswap):
        return True
    zswap.counters.reject_reclaim_fail += 1
    return False


def accepts(zswap: Zswap, *, asks_again: bool) -> bool:
    """Whether a pool accepts: one that was full only below the threshold [5.6]."""
    if zswap_is_full(zswap):
        zswap.reached_full = True
        queue_shrink(zswap)
        return False
    if zswap.reached_full:
        if not zswap_can_accept(zswap):
            if asks_again:
                queue_shrink(zswap)
            return False
        zswap.reached_full = False
    return True


def zswap_can_accept(zswap: Zswap) -> bool:
    """Whether the pool is below the threshold at which it takes pages again."""
    match full_kind(zswap):
        case ZswapFull.AT_LIMIT:
            return zswap.pool.total_pages() <= zswap_accept_thr_pages(zswap)
        case _:
            return zswap.pool.total_pages() * 100 < zswap.max_pages * ACCEPT_THRESHOLD


def zswap_check_limits(zswap: Zswap) -> bool:
    """Whether the pool is full, or was and is still above the threshold; asks for room [6.12]."""
    pages = zswap.pool.total_pages()
    if pages >= zswap.max_pages:
        zswap.counters.pool_limit_hit += 1
        zswap.reached_full = True
    elif zswap.reached_full and pages <= zswap_accept_thr_pages(zswap):
        zswap.reached_full = False
    if zswap.reached_full:
        queue_shrink(zswap)
    return zswap.reached_full


def zswap_accept_thr_pages(zswap: Zswap) -> int:
    """Return the threshold in pages."""
    return zswap.max_pages * ACCEPT_THRESHOLD // 100


def queue_shrink(zswap: Zswap) -> None:
    """Let the worker make room, unless it is about to (queue_work), with a reference to the pool.

    The worker drops that; it runs once, however often it was asked for meanwhile.

    The worker needs memory itself, and its own reclaim may find the pool full. Its request for
    memory then lasts until the OOM killer has made room, which is not modelled: here it fails, and
    a worker that asked for itself would do so for ever.
    """
    if zswap.world.running is zswap.shrinker:
        return
    zswap_pool_get(zswap)
    if not zswap.shrink_pending:
        zswap.shrink_pending = True
        zswap.shrink_wq.add(lambda: run_worker(zswap))
    elif zswap.machine.kernel.features.zswap_queued_puts:
        zswap_pool_put(zswap)


def run_worker(zswap: Zswap) -> None:
    """Be the worker: one round, or rounds until pages are accepted again."""
    zswap.shrink_pending = False
    zswap.shrinker = zswap.world.running
    match full_kind(zswap):
        case ZswapFull.WORKER_LOOP | ZswapFull.AT_LIMIT:
            shrink_worker(zswap, lambda: zswap_can_accept(zswap))
        case _:
            shrink_worker(zswap, lambda: True)
    zswap.shrinker = None
    zswap_pool_put(zswap)


def zswap_pool_get(zswap: Zswap) -> None:
    """Hold the pool, so that it is not destroyed when another takes its place."""
    zswap.pool_references.taken(0, zswap.pool_refcount)
    zswap.pool_refcount += 1


def zswap_pool_put(zswap: Zswap) -> None:
    """Let go of the pool, which zswap itself goes on holding."""
    zswap.pool_references.dropped(0, zswap.pool_refcount)
    zswap.pool_refcount -= 1


def full_kind(zswap: Zswap) -> ZswapFull:
    """Return what the kernel does with a full pool."""
    return zswap.machine.kernel.features.zswap_full
