"""What zswap promises, whoever swaps through it.

Checked when nothing runs; nothing here changes anything.
No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.swap.area import SWAP_MAP_BAD, swp_offset, swp_type
from targets.linux.zswap.inspection import pool_pages, zswap_entries, zswap_recount
from targets.shared.promises import ZSWAP_LEAK, ZSWAP_STALE_ENTRY, ZSWAP_WRONG_COUNT

if TYPE_CHECKING:
    from targets.linux.zswap.zswap import Zswap


def judge_zswap(zswap: Zswap) -> None:
    """Check the entries, the pool and the counters."""
    _entries_have_slots(zswap)
    _objects_have_entries(zswap)
    _counters_are_a_recount(zswap)


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
