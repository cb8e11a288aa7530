"""Emptying a device: writing to its `reset` file [4.9 zram_drv.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.block.disk import set_capacity
from targets.linux.machine.errno import EBUSY, EINVAL, Refusal
from targets.linux.zram.backing import reset_bdev, reset_bdev_without_size
from targets.linux.zram.comps import zram_reset_comps
from targets.linux.zram.device import init_done, zram_meta_kill
from targets.linux.zram.numbers import kstrtou_decimal
from targets.linux.zram.revalidate import zram_revalidate_disk
from targets.linux.zram.stats import ZramStats
from targets.linux.zram.table import zram_meta_free

if TYPE_CHECKING:
    from targets.linux.zram.device import Zram


def reset_store(zram: Zram, text: str) -> None:
    """Take a device back to how it was made; EINVAL, ERANGE, or EBUSY while it is open."""
    if not kstrtou_decimal(text, bits=16):
        raise Refusal(EINVAL)
    with zram.disk.bd_mutex:
        if zram.disk.openers or zram.claim:
            raise Refusal(EBUSY)
        zram.claim = True
    zram.machine.world.might_sleep()  # fsync_bdev
    zram_reset_device(zram)
    zram_revalidate_disk(zram)
    with zram.disk.bd_mutex:
        zram.claim = False


def zram_reset_device(zram: Zram) -> None:
    """Let no request in, wait for those under way, and free everything after init_lock."""
    with zram.init_lock.writing():
        zram.limit_pages = 0
        if not init_done(zram):
            reset_bdev_without_size(zram)
            return
        meta = zram.meta
        zram_meta_kill(zram)
        zram.stats = ZramStats()
        zram.disksize = 0
        zram.max_comp_streams = 1
        set_capacity(zram.disk, 0)
    zram_meta_free(meta)
    reset_bdev(zram)
    zram_reset_comps(zram)
