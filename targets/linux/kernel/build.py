"""What a kernel was compiled with: distributions differ, so this is no matter of releases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Build:
    """Options of a kernel's configuration; one that a release does not know yet means nothing."""

    writeback: bool = True
    """CONFIG_ZRAM_WRITEBACK: a zram may have a backing device [4.14]."""
    memory_tracking: bool = False
    """CONFIG_ZRAM_MEMORY_TRACKING, or only its access times: CONFIG_ZRAM_TRACK_ENTRY_ACTIME."""
    multi_comp: bool = True
    """CONFIG_ZRAM_MULTI_COMP: a zram may recompress with other algorithms [6.3]."""
    chain_size: int = 8
    """CONFIG_ZSMALLOC_CHAIN_SIZE, 4 to 16: the most pages of a zspage [6.3]."""
    memory_tags: bool = False
    """Whether pages have tags, which swap keeps beside them (CONFIG_ARM64_MTE) [5.10]."""
    memcg: bool = True
    """CONFIG_MEMCG, and no cgroup_disable=memory: memory is charged to cgroups."""
    ksm: bool = True
    """CONFIG_KSM: equal pages may be merged."""
    page_blocks: int = 1
    """How many blocks of a zram a page has, 1 to 8: a block has 4 KiB, so that is 16 with 64 KiB.

    Pages of the model stay at 4 KiB; where they have several blocks, those are smaller instead.
    """
    algorithms: tuple[str, ...] = ("lzo", "lz4", "lz4hc", "zstd", "deflate")
    """The compressors that are built in or can be loaded."""
    default_algorithm: str = "lz4"
    """CONFIG_ZRAM_DEF_COMP: what a zram compresses with before anybody chooses [5.11]."""


BUILD: Final = Build()
"""As distributions that care about zram build it, and upstream's default chain."""
