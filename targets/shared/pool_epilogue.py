"""What comes of damage in a pool of compressed objects: it hurts whoever allocates or moves.

A chain of free objects that leads astray hurts nobody until an allocation follows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.epilogue import Step, kinds_of
from targets.linux.machine.gfp import GFP_NOIO, Gfp
from targets.linux.machine.promises import FOREIGN_MEMORY_CORRUPTED
from targets.linux.zsmalloc.compaction import zs_compact
from targets.linux.zsmalloc.inspection import broken_chain, zspages_of
from targets.linux.zsmalloc.migration import migrate_page
from targets.linux.zsmalloc.pool import zs_malloc
from targets.linux.zsmalloc.promises import KASAN, ZSMALLOC_BROKEN_CHAIN, ZSMALLOC_BROKEN_HEADER

if TYPE_CHECKING:
    from targets.linux.zsmalloc.structs import Pool

POOL_DAMAGE: Final = kinds_of(
    *KASAN.promises, ZSMALLOC_BROKEN_CHAIN, ZSMALLOC_BROKEN_HEADER, FOREIGN_MEMORY_CORRUPTED
)
"""Kinds of findings after which objects, their headers or the chains of free ones may be wrong."""

MASK: Final = GFP_NOIO | Gfp.HIGHMEM | Gfp.MOVABLE
"""How a driver allocates that may sleep."""


def pool_steps(pool: Pool) -> list[Step]:
    """Offer what the next writers do to the damaged classes, then what moving does to all."""
    fills = [allocate_until_full(pool, size) for size in damaged_sizes(pool)]
    return [*fills, compact(pool), migrate(pool)]


def damaged_sizes(pool: Pool) -> list[int]:
    """Return how many bytes the objects of each class may hold whose chains are broken.

    Where no chain is, any class that has room may be damaged.
    """
    zspages = zspages_of(pool)
    broken = {zspage.zs_class.facts.usable for zspage in zspages if broken_chain(zspage)}
    roomy = {
        zspage.zs_class.facts.usable
        for zspage in zspages
        if zspage.inuse < zspage.zs_class.facts.objects
    }
    return sorted(broken or roomy)


def allocate_until_full(pool: Pool, size: int) -> Step:
    """Allocate, as the next writes would, until the zspages that there are have no room left."""

    def run() -> None:
        room = sum(
            zspage.zs_class.facts.objects - zspage.inuse
            for zspage in zspages_of(pool)
            if zspage.zs_class.facts.usable == size
        )
        for _ in range(room + 1):
            zs_malloc(pool, size, MASK)

    return Step(f"the next writes allocate objects of {size} bytes until their class is full", run)


def compact(pool: Pool) -> Step:
    """Move objects together, which follows chains and trusts headers."""

    def run() -> None:
        zs_compact(pool)

    return Step("the pool is compacted", run)


def migrate(pool: Pool) -> Step:
    """Move every page, which follows the header of each object to its handle."""

    def run() -> None:
        for page in [page for zspage in zspages_of(pool) for page in zspage.pages]:
            migrate_page(pool, page)

    return Step("the pages of the pool are migrated", run)
