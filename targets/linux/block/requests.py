"""Before a bio: its memory, and what happens when there is none; which buffers are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.block.bio import Bio, Op, Segment, bio_of, bio_unused
from targets.linux.kernel.history.block import DirectAlignment
from targets.linux.machine.errno import EINVAL, ENOMEM, Refusal
from targets.linux.machine.gfp import Gfp
from targets.linux.machine.page import SECTOR_SIZE
from targets.linux.machine.slab import failslab_exempt

if TYPE_CHECKING:
    from targets.linux.block.disk import Disk

BIO_ALLOC: Final = fault_point(
    "bio.alloc", "bio_alloc: a bio, from its slab cache", ENOMEM, capability="failslab"
)


def bio_alloc(
    disk: Disk, op: Op, sector: int, segments: tuple[Segment, ...], gfp: Gfp
) -> Bio | None:
    """Allocate a bio for `disk`; who allocates says what its end means, by `end_io` or a chain.

    None only for a mask that must not sleep: any other waits for a bio of the reserve to come back.
    """
    world = disk.machine.world
    disk.machine.memory.fs_reclaim.might_alloc(gfp)
    failed = world.fault(BIO_ALLOC, disk.number, exempt=failslab_exempt(gfp)) is not None
    if failed and Gfp.DIRECT_RECLAIM not in gfp:
        return None
    return bio_of(op, sector, segments, bio_unused)


def check_direct_buffer(disk: Disk, offset: int) -> None:
    """Refuse a buffer of O_DIRECT that begins so in a page, with EINVAL (blkdev_dio_unaligned)."""
    match disk.machine.kernel.features.direct_alignment:
        case DirectAlignment.BLOCK:
            alignment = disk.logical_block_size
        case DirectAlignment.DMA:
            alignment = SECTOR_SIZE
    if offset % alignment:
        raise Refusal(EINVAL)
