"""What the code of the swap core keeps."""

from __future__ import annotations

from typing import Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise

SWAP_MAP_GONE: Final = Promise(
    "swap-map-gone",
    "The map of a swap area is there as long as anybody looks at it.",
    Harm.CRASH,
    "KASAN, oracle 6",
)
SWAP_AREA_GONE: Final = Promise(
    "swap-area-gone",
    "Who reads from a swap area finds it there.",
    Harm.CRASH,
    "oracle 6",
)
AVAIL_LIST_CORRUPTED: Final = Promise(
    "swap-avail-list-corrupted",
    "An area that is taken into use is not in the list of those with free slots.",
    Harm.CRASH,
    "oracle 6",
)
MEMORY_AREA_TORN: Final = Promise(
    "memory-area-torn",
    "Who walks the memory areas of a process finds areas and nothing else.",
    Harm.CRASH,
    "oracle 6",
)
SWAP_SPACE_READ_ONLY: Final = Promise(
    "swap-space-read-only",
    "Nobody writes to the address space of swap once it is mapped read-only.",
    Harm.CRASH,
    "oracle 6",
)
RECLAIMED_PAGE_IN_USE: Final = Promise(
    "reclaimed-page-in-use",
    "A page that reclaim frees is clean, not under writeback, and nobody's any more.",
    Harm.DATA_LOSS,
    "I12",
)
CLUSTERS_OUT_OF_BOUNDS: Final = Promise(
    "swap-clusters-out-of-bounds",
    "Only clusters that an area has are counted in.",
    Harm.CRASH,
    "KASAN, oracle 4",
)
SWAP_CORE_PROMISES: Final = (
    SWAP_MAP_GONE,
    SWAP_AREA_GONE,
    AVAIL_LIST_CORRUPTED,
    MEMORY_AREA_TORN,
    SWAP_SPACE_READ_ONLY,
    RECLAIMED_PAGE_IN_USE,
    CLUSTERS_OUT_OF_BOUNDS,
)
"""What the swap core keeps while it runs."""
