"""The other files of a device in sysfs [4.9 zram_drv.c]. Each refuses as its kernel does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.machine.errno import EINVAL, Refusal
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.device import init_done
from targets.linux.zram.numbers import is_zero, memparse, page_align
from targets.linux.zram.stat_files import used_pages
from targets.linux.zsmalloc.compaction import zs_compact

if TYPE_CHECKING:
    from targets.linux.zram.device import Zram


def mem_limit_store(zram: Zram, text: str) -> None:
    """Limit the pages of the pool, 0 for no limit; EINVAL. Allowed at any time."""
    limit = memparse(text)
    if limit is None:
        raise Refusal(EINVAL)
    with zram.init_lock.writing():
        zram.limit_pages = page_align(limit) // PAGE_SIZE


def mem_used_max_store(zram: Zram, text: str) -> None:
    """Forget the most pages that were ever used; only `0` may be written, else EINVAL."""
    if not is_zero(text):
        raise Refusal(EINVAL)
    with used_pages(zram) as used:
        if used is not None:
            zram.stats.max_used_pages = used


def compact_store(zram: Zram, text: str) -> None:
    """Compact the pool, whatever is written; EINVAL without a size."""
    del text
    with zram.init_lock.reading():
        if not init_done(zram):
            raise Refusal(EINVAL)
        zs_compact(zram.meta.pool)


def initstate_show(zram: Zram) -> str:
    """Show 1 when the device has a size, else 0."""
    with zram.init_lock.reading():
        return str(int(init_done(zram)))


def disksize_show(zram: Zram) -> str:
    """Show the size in bytes."""
    return str(zram.disksize)
