"""Requests: where they enter the driver, what is valid, what is counted [4.9 zram_drv.c].

A request uses the table only between `zram_meta_get` and `zram_meta_put`: reset waits for that.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from targets.linux.block.bio import Op, bio_endio, bio_page
from targets.linux.block.disk import page_endio
from targets.linux.machine.errno import EINVAL, EIO, Refusal
from targets.linux.machine.page import PAGE_SIZE, SECTOR_SIZE, SECTORS_PER_PAGE
from targets.linux.zram.backing_io import Done
from targets.linux.zram.device import zram_meta_get, zram_meta_put
from targets.linux.zram.discard import zram_bio_discard
from targets.linux.zram.read import zram_bvec_read
from targets.linux.zram.write import zram_bvec_write

if TYPE_CHECKING:
    from targets.linux.block.bio import Bio
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram


def zram_make_request(zram: Zram, bio: Bio) -> None:
    """Serve a bio: at once, or from the worker of an asynchronous device."""
    if not zram_meta_get(zram):
        bio_endio(bio, EIO)
    elif not valid_io_request(zram, bio.sector, bio.size):
        zram.stats.invalid_io += 1
        zram_meta_put(zram)
        bio_endio(bio, EIO)
    elif zram.worker is not None:
        zram.worker.add(partial(_serve, zram, bio))
    else:
        _serve(zram, bio)


def _serve(zram: Zram, bio: Bio) -> None:
    zram_handle_bio(zram, bio)
    zram_meta_put(zram)


def zram_handle_bio(zram: Zram, bio: Bio) -> None:
    """Do what a valid bio asks for, and complete it (__zram_make_request)."""
    if bio.op is Op.DISCARD:
        zram_bio_discard(zram, bio)
        bio_endio(bio)
        return
    assert bio.size == PAGE_SIZE, "a bio that reads or writes has one page"
    write = bio.op is Op.WRITE
    try:
        zram_bvec_rw(zram, bio_page(bio), bio.sector // SECTORS_PER_PAGE, bio, write=write)
    except Refusal:
        bio_endio(bio, EIO)
    else:
        bio_endio(bio)


def zram_rw_page(zram: Zram, sector: int, page: Page, *, write: bool) -> None:
    """Read or write a locked page, without a bio; refuse with ENOMEM, EINVAL or EIO.

    A page that the backing device has to serve is ended by that, later.
    """
    if not zram_meta_get(zram):
        raise Refusal(EIO)
    try:
        if not valid_io_request(zram, sector, PAGE_SIZE):
            zram.stats.invalid_io += 1
            raise Refusal(EINVAL)
        done = zram_bvec_rw(zram, page, sector // SECTORS_PER_PAGE, None, write=write)
    finally:
        zram_meta_put(zram)
    if done is Done.NOW:
        page_endio(page, write=write)


def zram_bvec_rw(zram: Zram, page: Page, index: int, bio: Bio | None, *, write: bool) -> Done:
    """Read or write one page of the device, and count it; a bio waits for what comes later."""
    if write:
        zram.stats.num_writes += 1
        try:
            return zram_bvec_write(zram, page, index, bio)
        except Refusal:
            zram.stats.failed_writes += 1
            raise
    else:
        zram.stats.num_reads += 1
        try:
            return zram_bvec_read(zram, page, index, bio)
        except Refusal:
            zram.stats.failed_reads += 1
            raise


def valid_io_request(zram: Zram, start: int, size: int) -> bool:
    """Whether a request, from sector `start` on, is for whole pages within the device."""
    aligned = start % SECTORS_PER_PAGE == 0 and size % PAGE_SIZE == 0
    bound = zram.disksize // SECTOR_SIZE
    return aligned and start < bound and start + size // SECTOR_SIZE <= bound
