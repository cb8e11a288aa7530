"""What zsmalloc promises to whoever keeps to its rules.

No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.zsmalloc.handle import allocated_in
from targets.linux.zsmalloc.inspection import (
    broken_chains,
    broken_headers,
    leaked_objects,
    recounted_pages,
    zspages_of,
)
from targets.linux.zsmalloc.promises import (
    ZSMALLOC_BROKEN_CHAIN,
    ZSMALLOC_BROKEN_HEADER,
    ZSMALLOC_LEAK,
)
from targets.shared.pool_judges import judge_pool_at_rest
from targets.zsmalloc.promises import (
    ZSMALLOC_EMPTY_ZSPAGE,
    ZSMALLOC_PROMISES_TOO_MUCH,
    ZSMALLOC_WRONG_CONTENTS,
    ZSMALLOC_WRONG_COUNT,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from fuzz.world.world import World
    from targets.linux.zsmalloc.structs import Pool


def judge_pool(pool: Pool, handles: Collection[int]) -> None:
    """Check a pool whose users have the objects of `handles`, and no others."""
    _chains_are_whole(pool)
    _headers_and_handles_agree(pool)
    _no_object_is_lost(pool, handles)
    _no_zspage_is_empty(pool)
    _classes_count_their_objects(pool)
    _pages_are_counted(pool)
    _compaction_is_counted(pool)
    judge_pool_at_rest(pool)


def report_wrong_contents(world: World, number: int) -> None:
    """An object holds what its owner wrote last."""
    world.report(
        ZSMALLOC_WRONG_CONTENTS,
        f"zsmalloc: object {number} holds what its owner did not write",
        "its owner has it for itself, and wrote it before",
        place="object_contents",
    )


def judge_promised(pool: Pool, pages: int) -> None:
    """Judge what the shrinker has promised: no more pages than the machine ever had in use."""
    most = pool.memory.peak
    if pages > most:
        pool.world.report(
            ZSMALLOC_PROMISES_TOO_MUCH,
            f"shrink_slab: zs_shrinker_count: negative objects to delete nr={pages}",
            f"reclaim scans in vain for {pages} pages; there were never more than {most} in use",
            place="zs_shrinker_count",
        )


def _chains_are_whole(pool: Pool) -> None:
    """Every free chain visits each free object once, and ends."""
    for broken in broken_chains(pool):
        pool.world.report(
            ZSMALLOC_BROKEN_CHAIN,
            "zsmalloc: the chain of free objects is broken",
            f"{broken}; whoever allocates from it next follows the damage",
            place="free_chain",
        )


def _headers_and_handles_agree(pool: Pool) -> None:
    """Every live handle leads to an object whose header names that handle."""
    for broken in broken_headers(pool):
        pool.world.report(
            ZSMALLOC_BROKEN_HEADER,
            "zsmalloc: an object's header is destroyed",
            f"{broken}; compaction and migration trust it",
            place="object_header",
        )


def _no_object_is_lost(pool: Pool, handles: Collection[int]) -> None:
    """Every object belongs to somebody who can free it."""
    leaked = leaked_objects(pool, handles)
    if leaked:
        place = allocated_in(pool, leaked)
        pool.world.report(
            ZSMALLOC_LEAK,
            f"BUG: memory leak in {place}",
            f"{len(leaked)} objects belong to nobody: no user was ever given their handles",
            place=place,
        )


def _no_zspage_is_empty(pool: Pool) -> None:
    """A zspage is given back when its last object goes: what a pool holds is bounded by its use."""
    empty = [zspage for zspage in zspages_of(pool) if not zspage.inuse]
    if empty:
        pool.world.report(
            ZSMALLOC_EMPTY_ZSPAGE,
            "BUG: memory leak in free_zspage",
            f"{sum(len(zspage.pages) for zspage in empty)} pages hold no object; "
            "nobody is going to free them before their class is used again, if it ever is",
            place="free_zspage",
        )


def _classes_count_their_objects(pool: Pool) -> None:
    """What compaction reckons with is true: how many objects there are, and room for how many."""
    for index in sorted(pool.classes):
        zs_class = pool.classes[index]
        own = [zspage for zspage in zspages_of(pool) if zspage.zs_class is zs_class]
        counted = (zs_class.obj_used, zs_class.obj_allocated)
        room = len(own) * zs_class.facts.objects
        recounted = (sum(zspage.inuse for zspage in own), room)
        if counted != recounted:
            _report_count(pool, "class_stat", str(counted), str(recounted))


def _pages_are_counted(pool: Pool) -> None:
    """The pool counts the pages of its zspages, and the machine has no others."""
    recounted = recounted_pages(pool)
    for name, counted in (
        ("pages_allocated", pool.pages_allocated),
        ("in_use", pool.memory.in_use),
    ):
        if counted != recounted:
            _report_count(pool, name, str(counted), str(recounted))


def _compaction_is_counted(pool: Pool) -> None:
    """What mm_stat says compaction has freed is what it has freed."""
    counted, recounted = pool.pages_compacted, pool.compacted_for_judges
    if counted != recounted:
        _report_count(pool, "pages_compacted", str(counted), str(recounted))


def _report_count(pool: Pool, name: str, counted: str, recounted: str) -> None:
    pool.world.report(
        ZSMALLOC_WRONG_COUNT,
        f"zsmalloc: {name} is wrong",
        f"it says {counted}, a recount says {recounted}",
        place=name,
    )
