"""Which blocks of the backing device are taken [4.14, 5.0 and 6.19 zram_drv.c].

A slot that keeps a block, and a request under way to one, are its only owners.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.kernel.history.backing import Blocks
from targets.linux.machine.oops import paging_request
from targets.linux.zram.promises import (
    NULL_DEREFERENCE,
    VMALLOC_OUT_OF_BOUNDS,
    ZRAM_FREE_BLOCK_FREED,
)

if TYPE_CHECKING:
    from targets.linux.zram.device import Zram

BITMAP_FIND: Final = Point(
    "zram.bitmap.find", "look for a free backing block", Access.READ, "backing bitmap"
)
BITMAP_TAKE: Final = Point(
    "zram.bitmap.take", "take a backing block", Access.WRITE, "backing bitmap"
)
BITMAP_FREE: Final = Point(
    "zram.bitmap.free", "free a backing block", Access.WRITE, "backing bitmap"
)

ACCESSORS: Final = frozenset({"_bitmap", "_find_and_take", "_test_and_clear_bit"})
NO_BLOCK: Final = None
"""What the kernel calls 0, where block 0 is never used, and ~0 where it is."""


def alloc_block_bdev(zram: Zram) -> int | None:
    """Take the first free block and count it; None when there is none [get_entry_bdev, 4.14]."""
    match zram.machine.kernel.features.blocks:
        case Blocks.LOCKED:
            with zram.backing.bitmap_lock:
                zram.backing.blocks.write()
                block = _find_and_take(zram, 1)
        case Blocks.ATOMIC:
            block = _find_and_take(zram, 1)
        case Blocks.FROM_ZERO:
            block = _find_and_take(zram, 0)
    zram.stats.bd_count += block is not NO_BLOCK
    return block


def free_block_bdev(zram: Zram, block: int) -> None:
    """Give a block back; one that is not taken is a warning, and counted all the same."""
    match zram.machine.kernel.features.blocks:
        case Blocks.LOCKED:
            with zram.backing.bitmap_lock:
                zram.backing.blocks.write()
                was_set = _test_and_clear_bit(zram, block)
        case Blocks.ATOMIC | Blocks.FROM_ZERO:
            was_set = _test_and_clear_bit(zram, block)
    if not was_set:
        zram.machine.world.report(
            ZRAM_FREE_BLOCK_FREED,
            f"WARNING: {zram.disk.name}: backing block {block} was not taken",
            "two owners of a block overwrite each other's page",
        )
    zram.stats.bd_count -= 1


def _find_and_take(zram: Zram, first: int) -> int | None:
    """Take the first free block from `first` on; look again when somebody else was faster."""
    world = zram.machine.world
    while True:
        world.reach(BITMAP_FIND, zram.number)
        block = _bitmap(zram).find(0, first)
        if block < 0:
            return NO_BLOCK
        world.reach(BITMAP_TAKE, zram.number)
        bitmap = _bitmap(zram, block)
        if not bitmap[block]:
            bitmap[block] = 1
            return block


def _test_and_clear_bit(zram: Zram, block: int) -> bool:
    zram.machine.world.reach(BITMAP_FREE, zram.number)
    bitmap = _bitmap(zram, block)
    was_set = bool(bitmap[block])
    bitmap[block] = 0
    return was_set


def _bitmap(zram: Zram, block: int = 0) -> bytearray:
    """Look the bitmap up, in which `block` has a bit.

    Up to 5.15 a reset detaches the device after init_lock: whoever has set the zram up meanwhile
    writes back with a bitmap that goes, or is of another device.
    """
    world, bitmap = zram.machine.world, zram.backing.bitmap
    if not bitmap:
        why = "the backing device was detached while it was written back to"
        paging_request(world, NULL_DEREFERENCE, why, accessors=ACCESSORS)
    if block >= len(bitmap):
        why = "the backing device was exchanged for a smaller one while it was written back to"
        paging_request(world, VMALLOC_OUT_OF_BOUNDS, why, accessors=ACCESSORS)
    return bitmap
