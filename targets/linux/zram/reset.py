"""Emptying a device: writing to its `reset` file [zram_drv.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.block.disk import set_capacity
from targets.linux.kernel.history.zram_life import ResetCheck, ResetFrees
from targets.linux.machine.errno import EBUSY, EINVAL, Refusal
from targets.linux.zram.backing import reset_bdev, reset_bdev_without_size
from targets.linux.zram.comps import zram_reset_comps, zram_take_comps
from targets.linux.zram.device import init_done, zram_meta_kill
from targets.linux.zram.numbers import kstrtou_decimal
from targets.linux.zram.revalidate import zram_revalidate_disk
from targets.linux.zram.stats import ZramStats
from targets.linux.zram.table import zram_meta_free

if TYPE_CHECKING:
    from targets.linux.zram.device import Zram
    from targets.linux.zram.zcomp import Zcomp

OPENERS_LOOK: Final = Point(
    "zram.openers.look", "has anybody the device open? (bd_holders)", Access.READ, "bd_mutex"
)
META_TAKE: Final = Point(
    "zram.meta.take", "a reset looks for the table that it frees", Access.WRITE, "zram meta"
)


def reset_store(zram: Zram, text: str) -> None:
    """Take a device back to how it was made; EINVAL, ERANGE, or EBUSY while it is open."""
    if not kstrtou_decimal(text, bits=16):
        raise Refusal(EINVAL)
    match zram.machine.kernel.features.reset_check:
        case ResetCheck.CLAIMS:
            _claim(zram)
            _empty(zram)
            with zram.disk.bd_mutex:
                zram.claim = False
        case ResetCheck.LOOKS:
            zram.machine.world.reach(OPENERS_LOOK, zram.number)
            if zram.disk.openers:
                raise Refusal(EBUSY)
            _empty(zram)


def _claim(zram: Zram) -> None:
    """Keep openers out, or refuse with EBUSY while there is one."""
    with zram.disk.bd_mutex:
        if zram.disk.openers or zram.claim:
            raise Refusal(EBUSY)
        zram.claim = True


def _empty(zram: Zram) -> None:
    zram.machine.world.might_sleep()  # fsync_bdev, from 5.17 on sync_blockdev
    zram_reset_device(zram)
    zram_revalidate_disk(zram)


def zram_reset_device(zram: Zram) -> None:
    """Free everything that a device holds, in the order of its kernel."""
    match zram.machine.kernel.features.reset_frees:
        case ResetFrees.AFTER_REQUESTS:
            _reset_after_requests(zram)
        case ResetFrees.AFTER_INIT_LOCK:
            _reset_after_init_lock(zram)
        case ResetFrees.UNDER_INIT_LOCK:
            with zram.init_lock.writing():
                zram.limit_pages = 0
                if init_done(zram):
                    _forget_size(zram)
                    _free_all(zram, zram_take_comps(zram))
                else:
                    reset_bdev_without_size(zram)
        case ResetFrees.ALWAYS:
            with zram.init_lock.writing():
                zram.limit_pages = 0
                had_size = init_done(zram)
                _forget_size(zram)
                _free_all(zram, zram_take_comps(zram), had_size=had_size)
                zram.backing.pp_in_progress = False


def _reset_after_requests(zram: Zram) -> None:
    """Let no request in, wait for those under way, and free everything after init_lock [4.6]."""
    with zram.init_lock.writing():
        zram.limit_pages = 0
        if not init_done(zram):
            return
        meta = zram.meta
        zram_meta_kill(zram)
        zram.stats = ZramStats()
        _forget_size(zram)
        comps = zram_take_comps(zram)
        zram.max_comp_streams = 1
    zram_meta_free(meta)
    zram_reset_comps(zram, comps)


def _reset_after_init_lock(zram: Zram) -> None:
    """Free what is there once init_lock is dropped: the table of a new set-up, if it comes to that.

    [4.14 to 5.15]
    """
    with zram.init_lock.writing():
        zram.limit_pages = 0
        if not init_done(zram):
            reset_bdev_without_size(zram)
            return
        _forget_size(zram)
        comps = zram_take_comps(zram)
    zram.machine.world.reach(META_TAKE, zram.number)
    _free_all(zram, comps)


def _forget_size(zram: Zram) -> None:
    zram.disksize = 0
    zram.refcount = 0
    set_capacity(zram.disk, 0)


def _free_all(zram: Zram, comps: list[Zcomp | None], *, had_size: bool = True) -> None:
    if had_size:
        zram_meta_free(zram.meta)
    zram.stats = ZramStats()
    zram_reset_comps(zram, comps)
    reset_bdev(zram)
