"""Writing to `writeback`: who may, with what memory, and which way its kernel goes [zram_drv.c]."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.kernel.history.writeback import Writeback, WritebackPage
from targets.linux.machine.errno import EINVAL, ENODEV, ENOENT, ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.zram.backing import backing_dev
from targets.linux.zram.device import init_done
from targets.linux.zram.post_processing import (
    PpCtl,
    begin_post_processing,
    end_post_processing,
    init_pp_ctl,
    release_pp_ctl,
)
from targets.linux.zram.scanning import nr_pages
from targets.linux.zram.writeback_batch import init_wb_ctl, release_wb_ctl, writeback_in_batches
from targets.linux.zram.writeback_limit import writeback_way
from targets.linux.zram.writeback_loop import writeback_loop
from targets.linux.zram.writeback_request import (
    legacy_request,
    request,
    settled,
)
from targets.linux.zram.writeback_slots import scan_slots_for_writeback, zram_writeback_slots

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.writeback_request import Selection

SCRATCH_PAGE: Final = fault_point(
    "zram.writeback.page", "alloc_page: a page to write back", ENOMEM, capability="fail_page_alloc"
)


def writeback_store(zram: Zram, text: str) -> int:
    """Write pages back, and return how many bytes of the text were taken: all, or none in 5.4.

    EINVAL for a text that this kernel does not know, and without a size; ENODEV without a backing
    device; EAGAIN while others post-process; ENOMEM; EIO when the budget is spent, ENOSPC without
    a free block: what was written back until then stays so. Any error of the backing device.
    """
    match writeback_way(zram):
        case Writeback.NONE:
            raise Refusal(ENOENT)
        case Writeback.LOOP:
            return _write_in_loop(zram, text)
        case Writeback.SELECTED:
            error = _write_selected(zram, text)
        case Writeback.BATCHED:
            error = _write_in_batches(zram, text)
    if error:
        raise Refusal(error)
    return len(text)


def _write_in_loop(zram: Zram, text: str) -> int:
    selection = legacy_request(zram, text, nr_pages(zram))
    with zram.init_lock.reading():
        if not init_done(zram):
            raise Refusal(EINVAL)
        _need_backing_dev(zram)
        selection = settled(zram, selection, nr_pages(zram))
        page = _alloc_page(zram)
        try:
            return writeback_loop(zram, page, selection, len(text))
        finally:
            zram.machine.memory.free_page(page)


def _write_selected(zram: Zram, text: str) -> str:
    asked = request(zram, text)
    with zram.init_lock.reading(), _post_processing(zram):
        selections = asked()
        page = _early_page(zram)
        with _selecting(zram, selections) as ctl:
            page = page or _alloc_page(zram)
            try:
                return zram_writeback_slots(zram, page, ctl)
            finally:
                zram.machine.memory.free_page(page)


def _write_in_batches(zram: Zram, text: str) -> str:
    asked = request(zram, text)
    with zram.init_lock.reading(), _post_processing(zram):
        ctl = init_pp_ctl(zram)
        wb_ctl = init_wb_ctl(zram)
        try:
            for selection in asked():
                scan_slots_for_writeback(zram, ctl, selection)
            return writeback_in_batches(zram, ctl, wb_ctl)
        finally:
            release_pp_ctl(zram, ctl)
            release_wb_ctl(zram, wb_ctl)


@contextmanager
def _post_processing(zram: Zram) -> Generator[None]:
    """Be the only one who post-processes a device with a size and a backing device."""
    if not init_done(zram):
        raise Refusal(EINVAL)
    begin_post_processing(zram)
    try:
        _need_backing_dev(zram)
        yield
    finally:
        end_post_processing(zram)


@contextmanager
def _selecting(zram: Zram, selections: Iterable[Selection]) -> Generator[PpCtl]:
    """Select slots, and release in the end those that are left."""
    ctl = init_pp_ctl(zram)
    try:
        for selection in selections:
            scan_slots_for_writeback(zram, ctl, selection)
        yield ctl
    finally:
        release_pp_ctl(zram, ctl)


def _need_backing_dev(zram: Zram) -> None:
    if backing_dev(zram) is None:
        raise Refusal(ENODEV)


def _early_page(zram: Zram) -> Page | None:
    """Get the page before the selection, where that is done: nobody frees it if that fails."""
    match zram.machine.kernel.features.writeback_page:
        case WritebackPage.BEFORE_SELECTION:
            return _alloc_page(zram)
        case WritebackPage.AFTER_SELECTION:
            return None


def _alloc_page(zram: Zram) -> Page:
    page = zram.machine.memory.alloc_page(GFP_KERNEL, SCRATCH_PAGE)
    if page is None:
        raise Refusal(ENOMEM)
    return page
