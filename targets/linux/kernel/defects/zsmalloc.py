"""Defects of zsmalloc."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.zsmalloc import CompactionCount, PageMigration

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
        "zs-pages-compacted-race",
        "Two compactions add to pages_compacted without a common lock, and one is lost.",
        introduced=(4, 6),
        fixed=(5, 12),
        went_with="2395928158059b8f9858365fce7713ce7fef62e4",
        catalogue="F11",
        switches=(switch(compaction_count={CompactionCount.LIFE: CompactionCount.CALL}),),
    ),
)
