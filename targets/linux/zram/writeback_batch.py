"""Writing back several pages at a time [6.19 zram_drv.c, zram_wb_ctl].

One task submits, and takes the completed requests back; an interrupt only puts them on a list.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point, fault_point
from fuzz.world.sync.wait_queue import WaitQueue
from targets.linux.block.bio import Bio, Op
from targets.linux.block.disk import submit_bio
from targets.linux.kernel.history.writeback import BatchCompletion, Writeback
from targets.linux.machine.errno import EINVAL, EIO, ENOENT, ENOMEM, ENOSPC, Refusal
from targets.linux.machine.gfp import GFP_KERNEL, Gfp
from targets.linux.machine.page import PAGE_SIZE, SECTORS_PER_PAGE
from targets.linux.machine.slab import failslab_exempt
from targets.linux.zram.backing_blocks import alloc_block_bdev, free_block_bdev
from targets.linux.zram.backing_io import backing_disk
from targets.linux.zram.numbers import kstrtou_decimal
from targets.linux.zram.post_processing import release_pp_slot, select_pp_slot
from targets.linux.zram.promises import USE_AFTER_FREE
from targets.linux.zram.scanning import table_slot
from targets.linux.zram.writeback_limit import (
    budget_spent,
    credit_budget,
    debit_budget,
    writeback_way,
)
from targets.linux.zram.writeback_slots import install_block, read_selected

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.post_processing import PpCtl, PpSlot

MASK: Final = GFP_KERNEL | Gfp.NOWARN

REQUESTS_MAX: Final = 256
"""Where memory ends for who asks for billions of requests; no case writes as many pages."""

WB_CTL: Final = fault_point(
    "zram.wb.ctl", "kmalloc: memory for the control of writeback", ENOMEM, capability="failslab"
)
WB_REQ: Final = fault_point(
    "zram.wb.req", "kzalloc: memory for a request of writeback", ENOMEM, capability="failslab"
)
WB_PAGE: Final = fault_point(
    "zram.wb.page", "alloc_page: the page of a request", ENOMEM, capability="fail_page_alloc"
)
DONE_ADD: Final = Point(
    "zram.wb.done", "the end of a request: put it on the list", Access.WRITE, "requests done"
)
DONE_TAKE: Final = Point(
    "zram.wb.take", "take a request that is done off the list", Access.WRITE, "requests done"
)
DONE_WAIT: Final = Point(
    "zram.wb.wait", "wait for a request to be done", Access.WAIT, "requests done"
)
DONE_WAKE: Final = Point(
    "zram.wb.wake", "the end of a request: wake who waits", Access.READ, "writeback control"
)
CTL_FREE: Final = Point(
    "zram.wb.free", "kfree: the control of writeback is gone", Access.WRITE, "writeback control"
)


class WbReq:
    """One page on its way (struct zram_wb_req)."""

    __slots__ = ("block", "error", "page", "pps")

    def __init__(self, page: Page) -> None:
        """Make an idle request."""
        self.page = page
        self.block = 0
        self.pps: PpSlot | None = None
        self.error = ""


class WbCtl:
    """The requests of one write of `writeback`; of both lists the last one in is the first out."""

    __slots__ = ("done", "done_wait", "idle", "inflight", "released")

    def __init__(self, zram: Zram) -> None:
        """Have no request."""
        self.idle: list[WbReq] = []
        self.done: list[WbReq] = []
        self.done_wait = WaitQueue(zram.machine.world)
        self.inflight = 0
        self.released = False
        """Whether it was freed: no part of the kernel, which does not know either."""


def writeback_batch_size_store(zram: Zram, text: str) -> None:
    """Set how many requests may be under way; EINVAL for 0 or no number of 32 bits."""
    _need_batches(zram)
    try:
        size = kstrtou_decimal(text, bits=32)
    except Refusal:
        raise Refusal(EINVAL) from None
    if not size:
        raise Refusal(EINVAL)
    with zram.init_lock.writing():
        zram.backing.wb_batch_size = size


def writeback_batch_size_show(zram: Zram) -> str:
    """Show how many requests may be under way."""
    _need_batches(zram)
    with zram.init_lock.reading():
        return str(zram.backing.wb_batch_size)


def init_wb_ctl(zram: Zram) -> WbCtl:
    """Make as many requests as there may be and memory allows; ENOMEM when that is none."""
    world, memory = zram.machine.world, zram.machine.memory
    memory.fs_reclaim.might_alloc(GFP_KERNEL)
    if world.fault(WB_CTL, exempt=failslab_exempt(GFP_KERNEL)):
        raise Refusal(ENOMEM)
    ctl = WbCtl(zram)
    for _ in range(min(zram.backing.wb_batch_size, REQUESTS_MAX)):
        memory.fs_reclaim.might_alloc(MASK)
        if world.fault(WB_REQ, exempt=failslab_exempt(MASK)):
            break
        page = memory.alloc_page(MASK, WB_PAGE)
        if page is None:
            break
        ctl.idle.insert(0, WbReq(page))
    if not ctl.idle:
        release_wb_ctl(zram, ctl)
        raise Refusal(ENOMEM)
    return ctl


def release_wb_ctl(zram: Zram, ctl: WbCtl) -> None:
    """Free the requests and their control; none is under way, but its end may not be over."""
    while ctl.idle:
        zram.machine.memory.free_page(ctl.idle.pop(0).page)
    zram.machine.world.reach(CTL_FREE, zram.number)
    ctl.released = not zram.machine.kernel.features.batch_freed_late  # kfree_rcu


def writeback_in_batches(zram: Zram, ctl: PpCtl, wb_ctl: WbCtl) -> str:
    """Write the selected slots back; return the last error, or none [zram_writeback_slots]."""
    error = ""
    block: int | None = None
    req: WbReq | None = None
    while (pps := select_pp_slot(ctl)) is not None:
        if budget_spent(zram):
            error = EIO
            break
        while req is None:
            req, failed = _idle_req(zram, wb_ctl)
            error = failed or error
        if block is None:
            block = alloc_block_bdev(zram)
            if block is None:
                error = ENOSPC
                break
        if read_selected(zram, req.page, pps.index):
            pps.leave_bucket()
            req.pps, req.block = pps, block
            zram_submit_wb_request(zram, wb_ctl, req)
            req = block = None
        else:
            release_pp_slot(zram, pps)
    if req is not None:
        zram.machine.memory.free_page(req.page)
    if block is not None and zram.machine.kernel.features.batch_returns_block:
        free_block_bdev(zram, block)
    while wb_ctl.inflight:
        error = _wait_and_complete(zram, wb_ctl) or error
    return error


def zram_submit_wb_request(zram: Zram, wb_ctl: WbCtl, req: WbReq) -> None:
    """Take the page off the budget and submit it."""
    debit_budget(zram)
    wb_ctl.inflight += 1
    end_io = partial(zram_writeback_endio, zram, wb_ctl, req)
    sector = req.block * SECTORS_PER_PAGE
    submit_bio(backing_disk(zram), Bio(Op.WRITE, sector, PAGE_SIZE, req.page, end_io))


def zram_writeback_endio(zram: Zram, wb_ctl: WbCtl, req: WbReq, bio: Bio) -> None:
    """Put a request on the list and wake who waits, who may have seen the list and be gone."""
    world = zram.machine.world
    world.reach(DONE_ADD, zram.number)
    req.error = bio.error
    wb_ctl.done.insert(0, req)
    world.reach(DONE_WAKE, zram.number)
    if wb_ctl.released:
        world.report(
            USE_AFTER_FREE,
            "BUG: KASAN: slab-use-after-free in zram_writeback_endio",
            f"{zram.disk.name}: the writing task took the last request off the list "
            "and freed the wait queue",
            fatal=True,
        )
    wb_ctl.done_wait.wake_all()


def zram_complete_done_reqs(zram: Zram, wb_ctl: WbCtl) -> str:
    """Take back the requests that are done; return the last error, or none."""
    error = ""
    while wb_ctl.inflight:
        zram.machine.world.reach(DONE_TAKE, zram.number)
        if not wb_ctl.done:
            break
        req = wb_ctl.done.pop(0)
        error = _complete_and_release(zram, req) or error
        wb_ctl.inflight -= 1
        req.pps = None
        wb_ctl.idle.insert(0, req)
    return error


def _complete_and_release(zram: Zram, req: WbReq) -> str:
    pps = req.pps
    assert pps is not None, "a request that is done was about a slot"
    match zram.machine.kernel.features.batch_completion:
        case BatchCompletion.RELEASED_LAST:
            error = zram_writeback_complete(zram, req, pps.index)
            release_pp_slot(zram, pps)
            return error
        case BatchCompletion.RELEASED_FIRST:
            index = pps.index
            release_pp_slot(zram, pps)
            return _complete_released(zram, req, index)


def _complete_released(zram: Zram, req: WbReq, index: int) -> str:
    """Give the block to a slot that is still selected, as none is [version 3 of the series]."""
    if req.error:
        return req.error
    zram.stats.bd_writes += 1
    slot = table_slot(zram, index)
    with slot.lock:
        install_block(zram, slot, req.block)
    return ""


def zram_writeback_complete(zram: Zram, req: WbReq, index: int) -> str:
    """Give the block to the slot, or back; an error gives the page back to the budget too."""
    if req.error:
        credit_budget(zram)
        free_block_bdev(zram, req.block)
        return req.error
    zram.stats.bd_writes += 1
    slot = table_slot(zram, index)
    with slot.lock:
        if not install_block(zram, slot, req.block):
            free_block_bdev(zram, req.block)
    return ""


def _idle_req(zram: Zram, wb_ctl: WbCtl) -> tuple[WbReq | None, str]:
    """Return an idle request, or wait for some to be done and return their last error."""
    if wb_ctl.idle:
        return wb_ctl.idle.pop(0), ""
    return None, _wait_and_complete(zram, wb_ctl)


def _wait_and_complete(zram: Zram, wb_ctl: WbCtl) -> str:
    wb_ctl.done_wait.wait_until(lambda: bool(wb_ctl.done), DONE_WAIT, zram.number)
    return zram_complete_done_reqs(zram, wb_ctl)


def _need_batches(zram: Zram) -> None:
    if writeback_way(zram) is not Writeback.BATCHED:
        raise Refusal(ENOENT)
