"""Telling the block layer of a new size, which costs zram its stable-writes capability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.block.disk import revalidate_disk, set_stable_writes
from targets.linux.kernel.history.block import ZramCapability

if TYPE_CHECKING:
    from targets.linux.zram.device import Zram


def zram_revalidate_disk(zram: Zram) -> None:
    """Revalidate, which clears the capability [4.9], and set it again [4.10].

    Who looks between the two, or before the second, sees a device that takes unstable pages.
    """
    revalidate_disk(zram.disk)
    match zram.machine.kernel.features.zram_capability:
        case ZramCapability.NEVER:
            pass
        case ZramCapability.AFTER_REVALIDATE:
            set_stable_writes(zram.disk, wanted=True)
