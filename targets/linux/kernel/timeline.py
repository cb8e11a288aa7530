"""The one table of how kernels came to differ: a row for each change, oldest first.

A kernel has the defaults of `Features`, changed by every row up to its release.
A row names its commit where that was checked against a source.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from targets.linux.kernel.features import Features
from targets.linux.kernel.history.backing import BACKING
from targets.linux.kernel.history.block import BLOCK
from targets.linux.kernel.history.compression import COMPRESSION
from targets.linux.kernel.history.mm import MM
from targets.linux.kernel.history.swap import SWAP
from targets.linux.kernel.history.swap_io import SWAP_IO
from targets.linux.kernel.history.writeback import WRITEBACK
from targets.linux.kernel.history.zram import ZRAM
from targets.linux.kernel.history.zram_life import ZRAM_LIFE
from targets.linux.kernel.history.zram_parts import ZRAM_PARTS
from targets.linux.kernel.history.zsmalloc import ZSMALLOC
from targets.linux.kernel.history.zswap import ZSWAP

if TYPE_CHECKING:
    from targets.linux.kernel.release import Release

PARTS: Final = (
    MM,
    SWAP,
    SWAP_IO,
    ZSWAP,
    ZRAM,
    ZRAM_PARTS,
    ZRAM_LIFE,
    BACKING,
    WRITEBACK,
    COMPRESSION,
    ZSMALLOC,
    BLOCK,
)

TIMELINE: Final = tuple(sorted((row for part in PARTS for row in part), key=lambda r: r.release))


@cache
def features_of(release: Release) -> Features:
    """Apply every change up to `release` to the defaults."""
    features = Features()
    for row in TIMELINE:
        if row.release <= release:
            features = row.applied_to(features)
    return features
