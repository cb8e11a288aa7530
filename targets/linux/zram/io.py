"""Requests: where they enter the driver, what is valid, what is counted [zram_drv.c].

Up to 4.10 a request uses the table only between `zram_meta_get` and `zram_meta_put`: a reset waits
for that. Later a reset relies on nobody having the device open.
A request is for whole blocks of the device, of which a page has one, unless pages are large;
its segments need not be whole pages of memory.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from targets.linux.block.bio import Op, Segment, bio_endio
from targets.linux.block.disk import page_endio
from targets.linux.kernel.history.zram import Accessed, PieceFailed, RequestCheck
from targets.linux.kernel.history.zram_parts import FailedReads, SegmentCut
from targets.linux.machine.errno import EINVAL, EIO, ENOMEM, ENOTSUPP, Refusal
from targets.linux.machine.page import PAGE_SIZE, SECTOR_SIZE
from targets.linux.zram.backing_io import Done
from targets.linux.zram.device import zram_meta_get, zram_meta_put
from targets.linux.zram.discard import zram_bio_discard
from targets.linux.zram.partial_io import (
    changing_pages,
    is_partial_io,
    zram_bvec_read_partial,
    zram_bvec_write_partial,
)
from targets.linux.zram.read import zram_bvec_read
from targets.linux.zram.slot import zram_accessed
from targets.linux.zram.write import zram_bvec_write

if TYPE_CHECKING:
    from targets.linux.block.bio import Bio
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram


def zram_make_request(zram: Zram, bio: Bio) -> None:
    """Serve a bio: at once, or from the worker of an asynchronous device (zram_submit_bio)."""
    error = _enter(zram, bio.sector, bio.size)
    if error:
        bio_endio(bio, EIO)
    elif zram.worker is not None:
        zram.disk.usage.enter()
        zram.worker.add(partial(_serve_queued, zram, bio))
    else:
        _serve(zram, bio)


def _serve_queued(zram: Zram, bio: Bio) -> None:
    _serve(zram, bio)
    zram.disk.usage.exit()


def _serve(zram: Zram, bio: Bio) -> None:
    with keeping_resets_away(zram):
        zram_handle_bio(zram, bio)
    _leave(zram)


def keeping_resets_away(zram: Zram) -> AbstractContextManager[None]:
    """Hold init_lock while a request is served, where nothing else keeps a reset away."""
    if zram.machine.kernel.features.requests_hold_init_lock:
        return zram.init_lock.reading()
    return nullcontext()


def zram_handle_bio(zram: Zram, bio: Bio) -> None:
    """Do what a valid bio asks for, and complete it (__zram_make_request)."""
    if bio.op in (Op.DISCARD, Op.WRITE_ZEROES):
        with changing_pages(zram):
            is_over = zram_bio_discard(zram, bio)
        if is_over:
            bio_endio(bio)
        return
    position = bio.sector * SECTOR_SIZE
    error = ""
    for segment in bio.segments:
        position, done = _serve_segment(zram, segment, position, bio)
        if not done:
            error = EIO
            if zram.machine.kernel.features.piece_failed is PieceFailed.STOP:
                break
    bio_endio(bio, error)


def _serve_segment(zram: Zram, segment: Segment, position: int, bio: Bio) -> tuple[int, bool]:
    """Read or write a segment, cut where pages of the device end, until a piece fails.

    Return where on the device it has come to, and whether that is all.
    """
    done = 0
    while done < segment.length:
        length = _length_of_piece(zram, position, segment.length - done)
        piece = Segment(segment.page, segment.offset + done, length)
        try:
            zram_bvec_rw(zram, piece, position, bio, write=bio.op is Op.WRITE)
        except Refusal:
            return position, False
        position += length
        done += length
    return position, True


def _length_of_piece(zram: Zram, position: int, left: int) -> int:
    match zram.machine.kernel.features.segment_cut:
        case SegmentCut.DEVICE:
            return min(PAGE_SIZE - position % PAGE_SIZE, left)
        case SegmentCut.NOWHERE:
            return left


def zram_rw_page(zram: Zram, sector: int, page: Page, *, write: bool) -> None:
    """Read or write a locked page, without a bio; refuse with ENOMEM, EINVAL or EIO.

    A huge page is refused with ENOTSUPP [4.14], so that swap sends it in a bio.
    A page that the backing device has to serve is ended by that, later.
    """
    if page.trans_huge and zram.machine.kernel.features.rw_page_small_only:
        raise Refusal(ENOTSUPP)
    error = _enter(zram, sector, PAGE_SIZE)
    if error:
        raise Refusal(error)
    try:
        with keeping_resets_away(zram):
            done = zram_bvec_rw(zram, Segment(page), sector * SECTOR_SIZE, None, write=write)
    finally:
        _leave(zram)
    if done is Done.NOW:
        page_endio(page, write=write)


def zram_bvec_rw(zram: Zram, bvec: Segment, position: int, bio: Bio | None, *, write: bool) -> Done:
    """Read or write within one page of the device, from byte `position` of that on, and count it.

    A bio waits for what comes later.
    """
    stats = zram.stats
    index, offset = divmod(position, PAGE_SIZE)
    partial = is_partial_io(zram, bvec)
    try:
        if write:
            stats.num_writes += 1
            if partial:
                done = zram_bvec_write_partial(zram, bvec, index, offset, bio)
            else:
                with changing_pages(zram):
                    done = zram_bvec_write(zram, bvec.page, index, bio)
        else:
            stats.num_reads += 1
            if partial:
                done = zram_bvec_read_partial(zram, bvec, index, offset, bio)
            else:
                done = zram_bvec_read(zram, bvec.page, index, bio)
    except Refusal as refusal:
        _count_access(zram, index, failed=True)
        if write:
            stats.failed_writes += 1
        elif _counts_as_failed(zram, refusal, partial=partial):
            stats.failed_reads += 1
        raise
    _count_access(zram, index, failed=False)
    return done


def _counts_as_failed(zram: Zram, refusal: Refusal, *, partial: bool) -> bool:
    match zram.machine.kernel.features.failed_reads:
        case FailedReads.ALL:
            return True
        case FailedReads.DECOMPRESSION:
            return not partial or refusal.name != ENOMEM


def _count_access(zram: Zram, index: int, *, failed: bool) -> None:
    match zram.machine.kernel.features.accessed:
        case Accessed.NEVER:
            return
        case Accessed.ON_SUCCESS if failed:
            return
        case Accessed.ALWAYS | Accessed.ON_SUCCESS:
            slot = zram.meta.slot(index)
            with slot.lock:
                zram_accessed(zram, slot)


def _enter(zram: Zram, start: int, size: int) -> str:
    """Let a request in, or name the error with which it is refused."""
    match zram.machine.kernel.features.request_check:
        case RequestCheck.REFERENCE:
            if not zram_meta_get(zram):
                return EIO
            error = _checked(zram, start, size)
            if error:
                zram_meta_put(zram)
            return error
        case RequestCheck.RANGE:
            return _checked(zram, start, size)
        case RequestCheck.NONE:
            zram.set_up.acquire()  # The block layer has found it within the size of the disk.
            return ""


def _leave(zram: Zram) -> None:
    if zram.machine.kernel.features.request_check is RequestCheck.REFERENCE:
        zram_meta_put(zram)


def _checked(zram: Zram, start: int, size: int) -> str:
    if valid_io_request(zram, start, size):
        return ""
    zram.stats.invalid_io += 1
    return EINVAL


def valid_io_request(zram: Zram, start: int, size: int) -> bool:
    """Whether a request, from sector `start` on, is for whole blocks within the device."""
    block = zram.disk.logical_block_size
    aligned = start * SECTOR_SIZE % block == 0 and size % block == 0
    zram.set_up.acquire()
    bound = zram.disksize // SECTOR_SIZE
    return aligned and start < bound and start + size // SECTOR_SIZE <= bound
