"""What zswap promises, whoever swaps through it.

Checked when nothing runs; nothing here changes anything.
No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.swap.area import SWAP_MAP_BAD, swp_offset, swp_type
from targets.linux.swap.inspect import areas_in_use
from targets.linux.zswap.inspection import aged_entries, pool_pages, zswap_entries, zswap_recount
from targets.linux.zswap.zbud import Zbud
from targets.linux.zswap.zpool import ZsZpool
from targets.shared.pool_judges import judge_pool_at_rest
from targets.shared.promises import (
    ZSWAP_LEAK,
    ZSWAP_STALE_ENTRY,
    ZSWAP_UNFINDABLE,
    ZSWAP_WRONG_COUNT,
)
from targets.shared.zswap_count_judges import judge_entries_refused

if TYPE_CHECKING:
    from targets.linux.zswap.zswap import Zswap


def judge_zswap(zswap: Zswap) -> None:
    """Check the entries, the pool and the counters."""
    _entries_have_slots(zswap)
    _objects_have_entries(zswap)
    _counters_are_a_recount(zswap)
    judge_entries_refused(zswap)
    _entries_can_be_found(zswap)
    _areas_are_known(zswap)
    if isinstance(zswap.pool, ZsZpool):
        judge_pool_at_rest(zswap.pool.pool)


def _entries_have_slots(zswap: Zswap) -> None:
    """Every entry belongs to a slot in use: the next owner of a free one would get its page."""
    for swpentry, entry in zswap_entries(zswap):
        area = zswap.core.swap_info[swp_type(swpentry)]
        offset = swp_offset(swpentry)
        byte = area.swap_map[offset] if offset < len(area.swap_map) else 0
        if not byte or byte == SWAP_MAP_BAD or entry.swpentry != swpentry:
            zswap.world.report(
                ZSWAP_STALE_ENTRY,
                f"zswap: slot {offset} is free, but has an entry",
                "whoever gets the slot next may read what its last owner wrote",
                place="zswap_invalidate",
            )


def _objects_have_entries(zswap: Zswap) -> None:
    """Every object of the pool belongs to an entry: otherwise nobody can ever free it."""
    lost = zswap_recount(zswap).lost_objects
    if lost:
        zswap.world.report(
            ZSWAP_LEAK,
            "BUG: memory leak in zswap_store",
            f"{lost} objects of the pool of zswap belong to no entry; nothing will ever free them",
            place="zswap_store",
        )


def _counters_are_a_recount(zswap: Zswap) -> None:
    """What the counters say is what there is."""
    truth = zswap_recount(zswap)
    for name, counted, recounted in (
        ("stored_pages", zswap.counters.stored_pages, truth.stored_pages),
        ("same_filled_pages", zswap.counters.same_filled_pages, truth.same_filled_pages),
        ("pool_total_size", pool_pages(zswap), truth.pool_pages),
    ):
        if counted != recounted:
            zswap.world.report(
                ZSWAP_WRONG_COUNT,
                f"zswap: {name} is wrong",
                f"it says {counted}, a recount says {recounted}",
                place=name,
            )


def _entries_can_be_found(zswap: Zswap) -> None:
    """Every entry that takes memory has its place in the order of age, and nothing else has one."""
    aged = sorted(swp_offset(swpentry) for swpentry in aged_entries(zswap))
    there = sorted(swp_offset(swpentry) for swpentry, entry in zswap_entries(zswap) if entry.length)
    if aged != there:
        zswap.world.report(
            ZSWAP_UNFINDABLE,
            "zswap: the entries by age are not those that there are",
            f"slots by age: {aged}, slots: {there}",
            place="zswap_lru_add",
        )
    pool = zswap.pool
    if isinstance(pool, Zbud) and sorted(pool.offered_pages()) != sorted(pool.roomy_pages()):
        zswap.world.report(
            ZSWAP_UNFINDABLE,
            "zbud: the pages that are offered to a buddy are not those with room for one",
            f"{len(pool.offered_pages())} are offered, {len(pool.roomy_pages())} have room",
            place="zbud_alloc",
        )


def _areas_are_known(zswap: Zswap) -> None:
    """There is a tree for each area that is swapped to, and for no other."""
    areas = [area.type for area in areas_in_use(zswap.core)]
    if sorted(zswap.trees) != areas:
        zswap.world.report(
            ZSWAP_UNFINDABLE,
            "zswap: there are trees for other areas than those that are swapped to",
            f"trees: {sorted(zswap.trees)}, areas: {areas}",
            place="zswap_swapon",
        )
