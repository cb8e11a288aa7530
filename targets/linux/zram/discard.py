"""Emptying slots: overwritten, discarded, or no longer needed by swap [4.9 zram_drv.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.kernel.history.zram import FreeNotify
from targets.linux.kernel.history.zram_parts import PartialDiscard
from targets.linux.machine.page import PAGE_SIZE, SECTOR_SIZE
from targets.linux.zram.backing_blocks import free_block_bdev
from targets.linux.zram.stats import same_pages_stored
from targets.linux.zsmalloc.pool import zs_free

if TYPE_CHECKING:
    from targets.linux.block.bio import Bio
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot


def zram_free_page(zram: Zram, slot: Slot) -> None:
    """Empty a slot, whose lock is held; an empty one stays as it is.

    ZRAM_UNDER_WB stays: who writes the page back clears it, and learns of this from ZRAM_IDLE.
    """
    stats = zram.stats
    slot.ac_time = 0
    slot.idle = slot.incompressible = slot.pp_slot = False
    slot.priority = 0
    if slot.huge:
        slot.huge = False
        stats.huge_pages -= 1
    if slot.wb:
        slot.wb = False
        free_block_bdev(zram, slot.block)
        slot.block = slot.size = 0
        stats.pages_stored -= 1
    elif slot.same:
        slot.same = False
        slot.element = slot.handle = slot.size = 0
        stats.same_pages -= 1
        stats.pages_stored -= same_pages_stored(zram.machine.kernel)
    elif slot.handle:
        zs_free(zram.meta.pool, slot.handle)
        stats.compr_data_size -= slot.size
        stats.pages_stored -= 1
        slot.handle = slot.size = 0


def zram_bio_discard(zram: Zram, bio: Bio) -> bool:
    """Empty the slots that a discard covers, and say whether it is over then.

    A page of which it covers only a part stays as it is: to empty a part saves no memory.
    """
    index, offset = divmod(bio.sector * SECTOR_SIZE, PAGE_SIZE)
    left = bio.size
    if offset:
        index += 1
        match zram.machine.kernel.features.partial_discard:
            case PartialDiscard.REST_SKIPPED:
                left -= PAGE_SIZE - offset
            case PartialDiscard.NEVER_ENDS:
                if left <= PAGE_SIZE - offset:
                    return False
                left -= PAGE_SIZE - offset
            case PartialDiscard.OFFSET_SKIPPED:
                left -= offset
    for each in range(index, index + max(0, left) // PAGE_SIZE):
        zram_slot_free(zram, each)
    return True


def zram_slot_free_notify(zram: Zram, index: int) -> None:
    """Empty a slot that swap does not need any more; called in atomic context."""
    match zram.machine.kernel.features.free_notify:
        case FreeNotify.SLEEP:
            with zram.lock.writing():
                zram_slot_free(zram, index)
        case FreeNotify.WAIT:
            zram_slot_free(zram, index)
        case FreeNotify.MISS:
            zram_slot_try_free(zram, index)


def zram_slot_free(zram: Zram, index: int) -> None:
    """Empty a slot and count it, even if it was empty."""
    slot = zram.meta.slot(index)
    with slot.lock:
        zram_free_page(zram, slot)
    zram.stats.notify_free += 1


def zram_slot_try_free(zram: Zram, index: int) -> None:
    """Empty a slot, unless somebody holds its lock: then its page stays until it is overwritten."""
    zram.stats.notify_free += 1
    slot = zram.meta.slot(index)
    if not slot.lock.try_acquire():
        zram.stats.miss_free += 1
        if zram.machine.world.watched:
            zram.machine.world.tell(f"slot {index} is locked: miss_free")
        return
    zram_free_page(zram, slot)
    slot.lock.release()
