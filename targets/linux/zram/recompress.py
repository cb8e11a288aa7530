"""Recompression: pages that are worth it get another algorithm [6.3 to 6.19 zram_drv.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.kernel.history.compression import Recompression

if TYPE_CHECKING:
    from targets.linux.kernel.kernel import Kernel


def has_recompression(kernel: Kernel) -> bool:
    """Whether a device may have more than one algorithm (CONFIG_ZRAM_MULTI_COMP)."""
    has = kernel.features.recompression is not Recompression.NONE
    return has and kernel.build.multi_comp
