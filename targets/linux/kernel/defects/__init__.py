"""Defects: the bugs of kernels that can be put in and taken out, a file for each part of the stack.

A kernel has those whose wrong values its features have: what a release had, it has by itself.
Nothing in the model asks for a defect; it reads features, as it does for what differs by intent.
"""

from typing import Final

from targets.linux.kernel.defects.algorithms import ALGORITHM_DEFECTS
from targets.linux.kernel.defects.backing import BACKING_DEFECTS
from targets.linux.kernel.defects.block import BLOCK_DEFECTS
from targets.linux.kernel.defects.compression import COMPRESSION_DEFECTS
from targets.linux.kernel.defects.defect import Defect
from targets.linux.kernel.defects.mm import MM_DEFECTS
from targets.linux.kernel.defects.swap import SWAP_DEFECTS
from targets.linux.kernel.defects.swap_io import SWAP_IO_DEFECTS
from targets.linux.kernel.defects.writeback import WRITEBACK_DEFECTS
from targets.linux.kernel.defects.zram import ZRAM_DEFECTS
from targets.linux.kernel.defects.zram_life import ZRAM_LIFE_DEFECTS
from targets.linux.kernel.defects.zram_parts import ZRAM_PART_DEFECTS
from targets.linux.kernel.defects.zsmalloc import ZSMALLOC_DEFECTS
from targets.linux.kernel.defects.zswap import ZSWAP_DEFECTS

DEFECTS: Final[tuple[Defect, ...]] = (
    *BLOCK_DEFECTS,
    *SWAP_DEFECTS,
    *MM_DEFECTS,
    *SWAP_IO_DEFECTS,
    *ZSWAP_DEFECTS,
    *ZRAM_DEFECTS,
    *ZRAM_PART_DEFECTS,
    *ZRAM_LIFE_DEFECTS,
    *BACKING_DEFECTS,
    *WRITEBACK_DEFECTS,
    *COMPRESSION_DEFECTS,
    *ALGORITHM_DEFECTS,
    *ZSMALLOC_DEFECTS,
)
"""In the order in which they are taken out: what makes the way free for others comes first."""
