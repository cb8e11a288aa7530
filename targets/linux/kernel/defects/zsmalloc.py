"""Defects of zsmalloc."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.zsmalloc import CompactionCount, HugeHead, PageMigration

ZSMALLOC_DEFECTS: Final = (
    Defect(
        "zs-empty-zspage-stranded",
        "A zspage that became empty while a page of it was migrated is forgotten, "
        "and keeps its pages for ever.",
        introduced=(4, 8),
        fixed=(5, 3),
        came_with="48b4800a1c6a",
        went_with="1a87aa03597e",
        catalogue="F06",
        switches=(
            switch(
                page_migration={
                    PageMigration.PINNED: PageMigration.FREED_AFTERWARDS,
                    PageMigration.BUSY_WHEN_EMPTY: PageMigration.FREED_AFTERWARDS,
                }
            ),
        ),
    ),
    Defect(
        "zs-can-compact-underflow",
        "The shrinker takes two counts of a class one after the other, without its lock; "
        "if the second has outgrown the first, it promises more pages than there are.",
        introduced=None,
        fixed=None,
        came_with="4.3, where the shrinker came",
        went_with="44f43e99fe70 in 4.6",
        catalogue="F02",
        switches=(switch(unused_checked={False: True}),),
    ),
    Defect(
        "zs-huge-obj-to-head",
        "Who moves a huge object takes its header for the address of it, and reads something else.",
        introduced=None,
        fixed=None,
        came_with="4.1; nobody moves huge objects before 4.8",
        went_with="4.4",
        catalogue="F09",
        switches=(switch(huge_head={HugeHead.ADDRESS: HugeHead.VALUE}),),
        needs=(
            (
                "page_migration",
                tuple(kind for kind in PageMigration if kind is not PageMigration.NONE),
            ),
        ),
    ),
    Defect(
        "zs-wrong-size-class",
        "A request that is huge only with its header gets the class of its size without, "
        "where it needs one, and overruns its object by that.",
        introduced=None,
        fixed=None,
        came_with="3.19, where huge classes came",
        went_with="888fa374e625 in 4.0",
        catalogue="F10",
        switches=(switch(huge_without_header={True: False}),),
    ),
    Defect(
        "zs-pages-compacted-race",
        "Two compactions add to pages_compacted without a common lock, and one is lost.",
        introduced=(4, 6),
        fixed=(5, 12),
        went_with="2395928158059b8f9858365fce7713ce7fef62e4",
        catalogue="F11",
        switches=(switch(compaction_count={CompactionCount.LIFE: CompactionCount.CALL}),),
    ),
)
