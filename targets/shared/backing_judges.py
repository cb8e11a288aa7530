"""What a zram promises of its backing device, checked when nothing runs.

What was written back is read back: that is part of what is promised of any block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.zram.device import init_done
from targets.shared.promises import (
    ZRAM_BACKS_ITSELF,
    ZRAM_BLOCK_LEAK,
    ZRAM_BLOCK_SHARED,
    ZRAM_STUCK_WRITEBACK,
    ZRAM_WRITEBACK_OVERDRAWN,
    ZRAM_WRONG_COUNT,
)

if TYPE_CHECKING:
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot


def judge_backing(zram: Zram) -> None:
    """Check the blocks of the backing device, the marks of slots, and the budget."""
    slots = _slots_in_order(zram)
    _blocks_have_one_owner(zram, slots)
    _blocks_are_counted(zram, slots)
    _nothing_is_under_way(zram, slots)
    _the_budget_is_not_overdrawn(zram)
    _it_does_not_hold_itself(zram)


def _slots_in_order(zram: Zram) -> list[tuple[int, Slot]]:
    return sorted(zram.meta.slots.items()) if init_done(zram) else []


def _blocks_have_one_owner(zram: Zram, slots: list[tuple[int, Slot]]) -> None:
    """Every block that is taken belongs to one slot, and a slot's block is taken."""
    owners: dict[int, list[int]] = {}
    for index, slot in slots:
        if slot.wb:
            owners.setdefault(slot.block, []).append(index)
    taken = [block for block, bit in enumerate(zram.backing.bitmap) if bit]
    leaked = [block for block in taken if block not in owners]
    if leaked:
        zram.machine.world.report(
            ZRAM_BLOCK_LEAK,
            f"{zram.disk.name}: {len(leaked)} blocks of the backing device belong to no slot",
            f"nobody frees block {leaked[0]} before the next reset",
            place="alloc_block_bdev",
        )
    for block in sorted(owners):
        if len(owners[block]) > 1 or block not in taken:
            zram.machine.world.report(
                ZRAM_BLOCK_SHARED,
                f"{zram.disk.name}: block {block} does not belong to one slot alone",
                f"slots {owners[block]} have it; it is {'' if block in taken else 'not '}taken",
                place="alloc_block_bdev",
            )


def _blocks_are_counted(zram: Zram, slots: list[tuple[int, Slot]]) -> None:
    """bd_count is the number of slots that were written back; the leaked are told apart."""
    counted, taken = zram.stats.bd_count, sum(zram.backing.bitmap)
    if counted != taken:
        zram.machine.world.report(
            ZRAM_WRONG_COUNT,
            f"{zram.disk.name}: bd_count is wrong",
            f"it says {counted}, {taken} blocks are taken, "
            f"{sum(slot.wb for _, slot in slots)} slots have one",
            place="bd_count",
        )


def _nothing_is_under_way(zram: Zram, slots: list[tuple[int, Slot]]) -> None:
    """No slot is marked by a writeback or another post-processing that is over."""
    stuck = [index for index, slot in slots if slot.under_wb or slot.pp_slot]
    if stuck or zram.backing.pp_in_progress:
        zram.machine.world.report(
            ZRAM_STUCK_WRITEBACK,
            f"{zram.disk.name}: writeback is over, and its marks are not",
            f"slots {stuck} are never written back"
            if stuck
            else "every other post-processing answers EAGAIN",
            place="writeback_store",
        )


def _the_budget_is_not_overdrawn(zram: Zram) -> None:
    """The budget never falls below nothing, which a kernel would take for no limit."""
    if zram.backing.bd_wb_limit < 0:
        zram.machine.world.report(
            ZRAM_WRITEBACK_OVERDRAWN,
            f"{zram.disk.name}: writeback_limit is below nothing",
            f"it is {zram.backing.bd_wb_limit}",
            place="writeback_limit",
        )


def _it_does_not_hold_itself(zram: Zram) -> None:
    """A device that has itself open is never reset nor removed again."""
    if zram.backing.dev is zram.disk:
        zram.machine.world.report(
            ZRAM_BACKS_ITSELF,
            f"{zram.disk.name}: it is its own backing device",
            "it has itself open, so that nobody can reset or remove it",
            place="backing_dev_store",
        )
