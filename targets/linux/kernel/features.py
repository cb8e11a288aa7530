"""Features: the ways in which kernels differ by intent, one field each.

Each field is read in exactly one module, with a local `match` that shows its lives side by side.
`history/` has a file for each part of the stack: its fields, and which release changed them.
"""

from dataclasses import dataclass

from targets.linux.kernel.history.backing import BackingFeatures
from targets.linux.kernel.history.block import BlockFeatures
from targets.linux.kernel.history.compression import CompressionFeatures
from targets.linux.kernel.history.mm import MmFeatures
from targets.linux.kernel.history.swap import SwapFeatures
from targets.linux.kernel.history.swap_io import SwapIoFeatures
from targets.linux.kernel.history.writeback import WritebackFeatures
from targets.linux.kernel.history.zram import ZramFeatures
from targets.linux.kernel.history.zram_life import ZramLifeFeatures
from targets.linux.kernel.history.zram_parts import ZramPartFeatures
from targets.linux.kernel.history.zsmalloc import ZsmallocFeatures
from targets.linux.kernel.history.zswap import ZswapFeatures


@dataclass(frozen=True)
class Features(
    BlockFeatures,
    ZsmallocFeatures,
    CompressionFeatures,
    BackingFeatures,
    WritebackFeatures,
    ZramFeatures,
    ZramPartFeatures,
    ZramLifeFeatures,
    ZswapFeatures,
    SwapIoFeatures,
    SwapFeatures,
    MmFeatures,
):
    """One kernel's answers to every question of intent; the defaults are those of 4.6."""
