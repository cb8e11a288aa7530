"""Writing back in one loop over all slots [5.0, 5.4, 5.15 and 6.12 zram_drv.c].

A slot that is on its way is marked ZRAM_UNDER_WB, and ZRAM_IDLE on top.
Whoever uses the slot meanwhile takes ZRAM_IDLE away, and nobody marks a slot under writeback as
idle again: a slot that is still idle after its write is what it was before.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from targets.linux.kernel.history.writeback import WritebackAnswer
from targets.linux.machine.errno import EIO, ENOSPC, Refusal
from targets.linux.zram.backing_blocks import alloc_block_bdev, free_block_bdev
from targets.linux.zram.backing_io import write_block_and_wait
from targets.linux.zram.discard import zram_free_page
from targets.linux.zram.promises import ZRAM_WRITEBACK_ERROR_LOST
from targets.linux.zram.read import zram_read_page
from targets.linux.zram.scanning import table_slot
from targets.linux.zram.slot import zram_allocated
from targets.linux.zram.writeback_limit import budget_spent, debit_budget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot
    from targets.linux.zram.writeback_request import Mode, Selection


class Answer:
    """What the write of `writeback` returns: its length, 0, or an error."""

    def __init__(self, zram: Zram, length: int) -> None:
        """Be pleased so far."""
        self._zram = zram
        self._way = zram.machine.kernel.features.writeback_answer
        self._length = self._value = length
        self._error = self._last_failed = ""

    def stopped(self, error: str) -> None:
        """Note why the loop ends early."""
        self._error = error

    def written(self, error: str) -> None:
        """Note what became of a bio; empty for success."""
        self._last_failed = error or self._last_failed
        match self._way:
            case WritebackAnswer.LENGTH:
                pass
            case WritebackAnswer.LAST_BIO:
                self._value, self._error = 0, error
            case WritebackAnswer.LAST_ERROR:
                self._error = error or self._error

    def value(self) -> int:
        """Return the number of bytes taken, or refuse."""
        if self._error and self._way is not WritebackAnswer.LENGTH:
            raise Refusal(self._error)
        if self._last_failed:
            self._zram.machine.world.report(
                ZRAM_WRITEBACK_ERROR_LOST,
                f"{self._zram.disk.name}: writeback says that all went well",
                f"a page could not be written: {self._last_failed}",
                place="writeback_store",
            )
        return self._length if self._way is WritebackAnswer.LENGTH else self._value


def writeback_loop(zram: Zram, page: Page, selection: Selection, length: int) -> int:
    """Write the selected slots back, through `page`, and answer a write of `length` bytes."""
    answer = Answer(zram, length)
    block: int | None = None
    for index in _one_after_another(zram, selection.indexes):
        if budget_spent(zram):
            answer.stopped(EIO)
            break
        if block is None:
            block = alloc_block_bdev(zram)
            if block is None:
                answer.stopped(ENOSPC)
                break
        slot = table_slot(zram, index)
        if not _begin(zram, slot, selection.mode):
            continue
        if _write_slot(zram, page, index, block, answer) and _install(zram, slot, block):
            block = None
    if block is not None:
        free_block_bdev(zram, block)
    return answer.value()


def _one_after_another(zram: Zram, indexes: range) -> Iterable[int]:
    """Return the slots to look at: each, or the first one again and again [5.12-rc1]."""
    stuck = not zram.machine.kernel.features.writeback_goes_on
    return repeat(indexes.start, len(indexes)) if stuck else indexes


def _begin(zram: Zram, slot: Slot, mode: Mode) -> bool:
    """Mark a slot as under writeback, if it is to be written back."""
    with slot.lock:
        if not zram_allocated(slot) or slot.wb or slot.same or slot.under_wb:
            return False
        if zram.machine.kernel.features.writeback_minds_mode and not mode.fits(slot):
            return False
        slot.under_wb = slot.idle = True
        return True


def _write_slot(zram: Zram, page: Page, index: int, block: int, answer: Answer) -> bool:
    """Write the page of a slot to a block; an error is noted, and the slot as it was."""
    try:
        zram_read_page(zram, page, index, None)
    except Refusal:
        _end(table_slot(zram, index))
        return False
    error = write_block_and_wait(zram, page, block)
    answer.written(error)
    if error:
        _end(table_slot(zram, index))
        return False
    zram.stats.bd_writes += 1
    return True


def _install(zram: Zram, slot: Slot, block: int) -> bool:
    """Give the block to the slot in place of its object, unless the slot was used meanwhile."""
    with slot.lock:
        if not zram_allocated(slot) or not slot.idle:
            slot.under_wb = slot.idle = False
            return False
        zram_free_page(zram, slot)
        slot.under_wb = False
        slot.wb = True
        slot.block = block
        zram.stats.pages_stored += 1
        debit_budget(zram)
        return True


def _end(slot: Slot) -> None:
    with slot.lock:
        slot.under_wb = slot.idle = False
