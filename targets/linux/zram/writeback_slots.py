"""Writing back in two phases, one slot at a time [6.14 and 6.18 zram_drv.c].

The first phase selects slots, the second one writes those that are still selected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.machine.errno import EIO, ENOSPC, Refusal
from targets.linux.zram.backing_blocks import alloc_block_bdev, free_block_bdev
from targets.linux.zram.backing_io import write_block_and_wait
from targets.linux.zram.discard import zram_free_page
from targets.linux.zram.post_processing import release_pp_slot, scan_slots, select_pp_slot
from targets.linux.zram.read import zram_read_from_zspool
from targets.linux.zram.scanning import table_slot
from targets.linux.zram.slot import zram_allocated
from targets.linux.zram.writeback_limit import budget_spent, debit_budget

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.post_processing import PpCtl
    from targets.linux.zram.slot import Slot
    from targets.linux.zram.writeback_request import Selection


STACK_GARBAGE: Final = "E30720"
"""What a variable holds that nobody has set: no error, and no length either."""


def scan_slots_for_writeback(zram: Zram, ctl: PpCtl, selection: Selection) -> None:
    """Select the slots that a request asks for."""

    def wanted(slot: Slot) -> bool:
        kept = zram_allocated(slot) and not slot.wb and not slot.same
        return kept and selection.mode.fits(slot)

    scan_slots(zram, ctl, selection.indexes, wanted)


def zram_writeback_slots(zram: Zram, page: Page, ctl: PpCtl) -> str:
    """Write the selected slots back, through `page`; return the last error, or none."""
    error = "" if zram.machine.kernel.features.writeback_answer_set else STACK_GARBAGE
    block: int | None = None
    while (pps := select_pp_slot(ctl)) is not None:
        if budget_spent(zram):
            error = EIO
            break
        if block is None:
            block = alloc_block_bdev(zram)
            if block is None:
                error = ENOSPC
                break
        if read_selected(zram, page, pps.index):
            failed = write_block_and_wait(zram, page, block)
            error = failed or error
            if not failed and _install(zram, pps.index, block):
                block = None
        release_pp_slot(zram, pps)
    if block is not None:
        free_block_bdev(zram, block)
    return error


def read_selected(zram: Zram, page: Page, index: int) -> bool:
    """Read a slot that is still selected; False when it is not, or cannot be read."""
    slot = table_slot(zram, index)
    with slot.lock:
        if not slot.pp_slot:
            return False
        try:
            zram_read_from_zspool(zram, page, slot)
        except Refusal:
            return False
    return True


def install_block(zram: Zram, slot: Slot, block: int) -> bool:
    """Give a block to a slot, whose lock is held, unless the slot is not selected any more."""
    if not slot.pp_slot:
        return False
    zram_free_page(zram, slot)
    slot.wb = True
    slot.block = block
    zram.stats.pages_stored += 1
    return True


def _install(zram: Zram, index: int, block: int) -> bool:
    zram.stats.bd_writes += 1
    slot = table_slot(zram, index)
    with slot.lock:
        if not install_block(zram, slot, block):
            return False
        debit_budget(zram)
        return True
