"""How much compaction could free: asked with a class locked, by reclaim without [zsmalloc.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.zsmalloc.layout import WORD_MASK

if TYPE_CHECKING:
    from targets.linux.zsmalloc.structs import Pool, ZsClass

SHRINKER_COUNT: Final = Point(
    "zsmalloc.shrinker.count", "how much could compaction free?", Access.READ, "zsmalloc pages"
)
SHRINKER_USED: Final = Point(
    "zsmalloc.shrinker.used", "how many objects of a class are used?", Access.READ, "zsmalloc pages"
)


def zs_can_compact(pool: Pool, zs_class: ZsClass, *, locked: bool = True) -> int:
    """Return how many pages compaction could free if nothing was pinned.

    Who has not locked the class reads its two counts one after the other, as they change.
    """
    allocated = zs_class.obj_allocated
    if not locked:
        pool.world.reach(SHRINKER_USED, pool.number)
    used = zs_class.obj_used
    if allocated < used and pool.features.unused_checked:
        return 0
    return (allocated - used & WORD_MASK) // zs_class.facts.objects * zs_class.facts.pages


def zs_shrinker_count(pool: Pool) -> int:
    """Say to reclaim how many pages compaction could free; no lock is taken for that."""
    pool.world.reach(SHRINKER_COUNT, pool.number)
    classes = [pool.classes[index] for index in sorted(pool.classes)]
    return sum(zs_can_compact(pool, each, locked=False) for each in classes) & WORD_MASK
