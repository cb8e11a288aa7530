"""Setting a device up: writing to its `disksize` file [4.9 and 4.10 zram_drv.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.block.disk import set_capacity
from targets.linux.kernel.defects import ZRAM_REVALIDATE_OUTSIDE_INIT_LOCK
from targets.linux.kernel.history.block import Revalidation
from targets.linux.machine.errno import EBUSY, EINVAL, Refusal
from targets.linux.machine.page import SECTOR_SIZE
from targets.linux.zram.comps import free_comps, zram_create_comps, zram_publish_comps
from targets.linux.zram.device import init_done
from targets.linux.zram.numbers import memparse, page_align
from targets.linux.zram.revalidate import zram_revalidate_disk
from targets.linux.zram.table import zram_meta_alloc, zram_meta_free

if TYPE_CHECKING:
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.zram.device import Zram
    from targets.linux.zram.table import Meta
    from targets.linux.zram.zcomp import Zcomp


def disksize_store(zram: Zram, text: str) -> None:
    """Give a device its size; EINVAL, ENOMEM, or EBUSY when it has one.

    Table, pool and compressor are built before init_lock is taken, and undone on any refusal.
    """
    asked = memparse(text)
    if not asked:
        raise Refusal(EINVAL)
    disksize = page_align(asked)
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
    match _revalidation(zram.machine.kernel):
        case Revalidation.OUTSIDE_INIT_LOCK:
            with zram.init_lock.writing():
                _set_up(zram, meta, comps, disksize)
            zram_revalidate_disk(zram)
        case Revalidation.UNDER_INIT_LOCK:
            with zram.init_lock.writing():
                _set_up(zram, meta, comps, disksize)
                zram_revalidate_disk(zram)


def _revalidation(kernel: Kernel) -> Revalidation:
    if ZRAM_REVALIDATE_OUTSIDE_INIT_LOCK in kernel.defects:
        return Revalidation.OUTSIDE_INIT_LOCK
    return kernel.features.revalidation


def _set_up(zram: Zram, meta: Meta, comps: list[Zcomp | None], disksize: int) -> None:
    """Let requests in; init_lock is held for writing."""
    if init_done(zram):
        raise Refusal(EBUSY)
    zram.refcount = 1
    zram.meta = meta
    zram_publish_comps(zram, comps)
    zram.disksize = disksize
    set_capacity(zram.disk, disksize // SECTOR_SIZE)
