"""What a zram asks of those who use its disk, and when it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.block.capabilities import revalidate_disk, set_stable_writes, set_synchronous
from targets.linux.kernel.history.block import Revalidation, ZramCapability, ZramSynchronous

if TYPE_CHECKING:
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.zram.device import Zram


def zram_disk_capabilities(zram: Zram) -> None:
    """Say what a new device asks for; nobody can have it open yet.

    Being synchronous says only what the driver's own memory does: see `zram_bdev_attached`.
    """
    match _capability(zram):
        case ZramCapability.NEVER | ZramCapability.AFTER_REVALIDATE:
            pass
        case ZramCapability.AT_CREATION | ZramCapability.AT_CREATION_AND_AGAIN:
            set_stable_writes(zram.disk, wanted=True)
    match _synchronous(zram):
        case ZramSynchronous.NEVER:
            pass
        case ZramSynchronous.ALWAYS | ZramSynchronous.UNLESS_BACKED:
            set_synchronous(zram.disk, synchronous=zram.worker is None)


def zram_revalidate_disk(zram: Zram) -> None:
    """Revalidate, which clears the capability [4.9], and set it again [4.10].

    Who looks between the two, or before the second, sees a device that takes unstable pages.
    From 4.12 on a revalidation clears nothing, and only the first size of a device [4.14] is
    there before the capability is.
    """
    if revalidation(zram.machine.kernel) is Revalidation.NEVER:
        return
    revalidate_disk(zram.disk)
    match _capability(zram):
        case ZramCapability.NEVER | ZramCapability.AT_CREATION:
            pass
        case ZramCapability.AFTER_REVALIDATE | ZramCapability.AT_CREATION_AND_AGAIN:
            set_stable_writes(zram.disk, wanted=True)


def revalidation(kernel: Kernel) -> Revalidation:
    """Where a disk that gets a size is revalidated."""
    return kernel.features.revalidation


def zram_bdev_attached(zram: Zram, *, attached: bool) -> None:
    """Note that a backing device came or went: some requests complete later while there is one.

    Up to 5.9 that is a capability of the disk; then a second table of operations, without rw_page.
    """
    match _synchronous(zram):
        case ZramSynchronous.NEVER | ZramSynchronous.ALWAYS:
            pass
        case ZramSynchronous.UNLESS_BACKED:
            set_synchronous(zram.disk, synchronous=not attached and zram.worker is None)


def _capability(zram: Zram) -> ZramCapability:
    return zram.machine.kernel.features.zram_capability


def _synchronous(zram: Zram) -> ZramSynchronous:
    return zram.machine.kernel.features.zram_synchronous
