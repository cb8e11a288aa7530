"""What a device says of itself: its statistics in sysfs [zram_drv.c]."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.kernel.history.zram import DebugStat
from targets.linux.kernel.history.zram_life import MetaLook
from targets.linux.machine.errno import EACCES, ENOENT, Refusal
from targets.linux.machine.oops import paging_request
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.device import init_done
from targets.linux.zram.numbers import U64_MASK
from targets.linux.zram.promises import NULL_DEREFERENCE
from targets.linux.zram.stats import LOOK_AT_STATS
from targets.linux.zsmalloc.pool import zs_get_total_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from targets.linux.kernel.kernel import Kernel
    from targets.linux.zram.device import Zram
    from targets.linux.zram.table import Meta

META_LOOK: Final = Point(
    "zram.meta.look", "where is the table? (zram->meta)", Access.READ, "zram meta"
)


def mm_stat_show(zram: Zram) -> str:
    """Show what is stored, what it takes, limit, maximum, pages of one word, pages compacted.

    Huge pages follow from 4.20 on, and from 5.15 on how many there ever were.
    """
    with zram.init_lock.reading():
        stats = zram.stats
        used = zs_get_total_pages(zram.meta.pool) if init_done(zram) else 0
        compacted = zram.meta.pool.pages_compacted if init_done(zram) else 0
        zram.machine.world.reach(LOOK_AT_STATS, zram.number)
        columns = (
            stats.pages_stored * PAGE_SIZE,
            stats.compr_data_size,
            used * PAGE_SIZE,
            zram.limit_pages * PAGE_SIZE,
            stats.max_used_pages * PAGE_SIZE,
            stats.same_pages,
            compacted,
            stats.huge_pages,
            stats.huge_pages_since,
        )
    return _words(*columns[: zram.machine.kernel.features.mm_stat_columns])


def io_stat_show(zram: Zram) -> str:
    """Show four columns: failed reads, failed writes, invalid requests, freed slots."""
    with zram.init_lock.reading():
        stats = zram.stats
        return _words(stats.failed_reads, stats.failed_writes, stats.invalid_io, stats.notify_free)


def has_debug_stat(kernel: Kernel) -> bool:
    """Whether there is a file debug_stat."""
    return kernel.features.debug_stat is not DebugStat.NONE


def debug_stat_show(zram: Zram) -> str:
    """Show the version of the format, write stalls and misses; ENOENT before 4.7."""
    with zram.init_lock.reading():
        stats = zram.stats
        match zram.machine.kernel.features.debug_stat:
            case DebugStat.NONE:
                raise Refusal(ENOENT)
            case DebugStat.STALLS:
                return f"version: 1\n{stats.writestall}"
            case DebugStat.STALLS_AND_MISSES:
                return f"version: 1\n{stats.writestall} {stats.miss_free}"
            case DebugStat.MISSES:
                return f"version: 2\n{stats.miss_free}"
            case DebugStat.NO_STALLS:
                return f"version: 1\n0 {stats.miss_free}"


def has_single_value_files(kernel: Kernel) -> bool:
    """Whether each statistic has a file of its own, besides the files of several columns."""
    return kernel.features.single_value_files


def stat_show(name: str) -> Callable[[Zram], str]:
    """Make the function that shows one counter, with no lock (ZRAM_ATTR_RO)."""
    return lambda zram: _words(getattr(zram.stats, name))


def orig_data_size_show(zram: Zram) -> str:
    """Show how many bytes the stored pages have."""
    return _words(zram.stats.pages_stored * PAGE_SIZE)


def mem_used_total_show(zram: Zram) -> str:
    """Show how many bytes the pages of the pool have."""
    with used_pages(zram) as used:
        return str((used or 0) * PAGE_SIZE)


@contextmanager
def used_pages(zram: Zram) -> Generator[int | None]:
    """Hold init_lock for reading, and say how many pages the pool has; None without a size."""
    match zram.machine.kernel.features.meta_look:
        case MetaLook.UNDER_LOCK:
            with zram.init_lock.reading():
                yield zs_get_total_pages(zram.meta.pool) if init_done(zram) else None
        case MetaLook.BEFORE_LOCK:
            meta = _meta_now(zram)
            with zram.init_lock.reading():
                yield zs_get_total_pages(_followed(zram, meta).pool) if init_done(zram) else None


def _meta_now(zram: Zram) -> Meta | None:
    """Look for the table without a lock; a reset sets the pointer to NULL."""
    zram.machine.world.reach(META_LOOK, zram.number)
    meta: Meta | None = zram.meta if "meta" in vars(zram) else None
    return None if meta is None or meta.freed else meta


def _followed(zram: Zram, meta: Meta | None) -> Meta:
    if meta is None:
        paging_request(
            zram.machine.world,
            NULL_DEREFERENCE,
            "the device got its size between the look for its table and init_lock",
            accessors=frozenset({"_followed", "used_pages"}),
        )
    return meta


def mem_limit_show(zram: Zram) -> str:
    """Show the limit of the pool in bytes; from 4.12 on the file is only written."""
    _only_where_single_values_are(zram)
    with zram.init_lock.reading():
        return str(zram.limit_pages * PAGE_SIZE)


def mem_used_max_show(zram: Zram) -> str:
    """Show the most bytes that the pool had; from 4.12 on the file is only written."""
    _only_where_single_values_are(zram)
    with zram.init_lock.reading():
        return str(zram.stats.max_used_pages * PAGE_SIZE if init_done(zram) else 0)


def _only_where_single_values_are(zram: Zram) -> None:
    if not has_single_value_files(zram.machine.kernel):
        raise Refusal(EACCES)


def _words(*columns: int) -> str:
    """Show numbers as unsigned ones of 64 bits: one below nothing is huge (%llu)."""
    return " ".join(str(column & U64_MASK) for column in columns)
