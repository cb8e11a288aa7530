"""Setting a device up: writing to its `disksize` file [4.9 and 4.10 zram_drv.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.block.disk import set_capacity
from targets.linux.kernel.history.block import Revalidation
from targets.linux.kernel.history.zram_life import SetUp
from targets.linux.machine.errno import EBUSY, EINVAL, Refusal
from targets.linux.machine.page import SECTOR_SIZE
from targets.linux.zram.comps import free_comps, zram_create_comps, zram_publish_comps
from targets.linux.zram.device import init_done
from targets.linux.zram.numbers import memparse, page_align
from targets.linux.zram.revalidate import revalidation, zram_revalidate_disk
from targets.linux.zram.table import zram_meta_alloc, zram_meta_free

if TYPE_CHECKING:
    from targets.linux.zram.device import Zram
    from targets.linux.zram.table import Meta
    from targets.linux.zram.zcomp import Zcomp


def disksize_store(zram: Zram, text: str) -> None:
    """Give a device its size; EINVAL, ENOMEM, what a compressor refuses, or EBUSY when it has one.

    Whatever is built is undone on a refusal.
    """
    asked = memparse(text)
    if not asked:
        raise Refusal(EINVAL)
    disksize = page_align(asked)
    match zram.machine.kernel.features.set_up:
        case SetUp.BEFORE_INIT_LOCK:
            _build_and_publish(zram, disksize)
        case SetUp.UNDER_INIT_LOCK:
            with zram.init_lock.writing():
                _build_locked(zram, disksize)
                if revalidation(zram.machine.kernel) is Revalidation.UNDER_INIT_LOCK:
                    zram_revalidate_disk(zram)
            if revalidation(zram.machine.kernel) is Revalidation.OUTSIDE_INIT_LOCK:
                zram_revalidate_disk(zram)


def _build_locked(zram: Zram, disksize: int) -> None:
    """Build table, pool and compressor with init_lock held for writing [4.12]."""
    if init_done(zram):
        raise Refusal(EBUSY)
    meta = zram_meta_alloc(zram.machine, zram.disk.name, disksize)
    try:
        comps = zram_create_comps(zram)
    except Refusal:
        zram_meta_free(meta)
        raise
    _set_up(zram, meta, comps, disksize)


def _build_and_publish(zram: Zram, disksize: int) -> None:
    """Build table, pool and compressor before init_lock is taken, perhaps in vain [4.6]."""
    meta = zram_meta_alloc(zram.machine, zram.disk.name, disksize)
    try:
        comps = zram_create_comps(zram)
    except Refusal:
        zram_meta_free(meta)
        raise
    try:
        _publish(zram, meta, comps, disksize)
    except Refusal:
        free_comps(comps)
        zram_meta_free(meta)
        raise


def _publish(zram: Zram, meta: Meta, comps: list[Zcomp | None], disksize: int) -> None:
    where = revalidation(zram.machine.kernel)
    with zram.init_lock.writing():
        _set_up(zram, meta, comps, disksize)
        if where is Revalidation.UNDER_INIT_LOCK:
            zram_revalidate_disk(zram)
    if where is Revalidation.OUTSIDE_INIT_LOCK:
        zram_revalidate_disk(zram)


def _set_up(zram: Zram, meta: Meta, comps: list[Zcomp | None], disksize: int) -> None:
    """Let requests in; init_lock is held for writing."""
    if init_done(zram):
        raise Refusal(EBUSY)
    zram.refcount = 1
    zram.meta = meta
    zram_publish_comps(zram, comps)
    zram.set_up.release()
    zram.disksize = disksize
    set_capacity(zram.disk, disksize // SECTOR_SIZE)
