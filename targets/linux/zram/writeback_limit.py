"""The budget of writeback, in blocks of 4096 bytes [5.0 and 6.19 zram_drv.c].

A reset leaves it as it is.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.kernel.history.writeback import LimitLock, Writeback
from targets.linux.machine.errno import EINVAL, ENOENT, Refusal
from targets.linux.zram.backing import writeback_built
from targets.linux.zram.numbers import kstrtou_decimal

if TYPE_CHECKING:
    from collections.abc import Generator

    from targets.linux.kernel.kernel import Kernel
    from targets.linux.zram.device import Zram

BUDGET_READ: Final = Point(
    "zram.wb_limit.test", "may another page be written back?", Access.READ, "writeback budget"
)
BUDGET_WRITE: Final = Point(
    "zram.wb_limit.set", "change the budget of writeback", Access.WRITE, "writeback budget"
)
PAGE_COST: Final = 1
"""Blocks of 4096 bytes in a page."""


def has_writeback(kernel: Kernel) -> bool:
    """Whether there are files about writing back."""
    return kernel.features.writeback is not Writeback.NONE and writeback_built(kernel)


def has_batches(kernel: Kernel) -> bool:
    """Whether there is a file about how many pages are written back at a time."""
    return kernel.features.writeback is Writeback.BATCHED and writeback_built(kernel)


def writeback_way(zram: Zram) -> Writeback:
    """Return how this kernel writes back; it has no such files if it does not, ENOENT."""
    if not has_writeback(zram.machine.kernel):
        raise Refusal(ENOENT)
    return zram.machine.kernel.features.writeback


def writeback_limit_store(zram: Zram, text: str) -> None:
    """Set the budget; EINVAL for what is no decimal number of 64 bits."""
    writeback_way(zram)
    budget = _kstrtoull(text)
    with _changing(zram):
        zram.backing.bd_wb_limit = budget


def writeback_limit_enable_store(zram: Zram, text: str) -> None:
    """Say whether the budget counts: any number but 0; EINVAL for what is none."""
    writeback_way(zram)
    enable = _kstrtoull(text) != 0
    with _changing(zram):
        zram.backing.wb_limit_enable = enable


def writeback_limit_show(zram: Zram) -> str:
    """Show what is left of the budget."""
    writeback_way(zram)
    alone = zram.machine.kernel.features.limit_shown_alone
    shown = zram.init_lock.writing() if alone else zram.init_lock.reading()
    with shown, _locked(zram):
        return str(zram.backing.bd_wb_limit)


def writeback_limit_enable_show(zram: Zram) -> str:
    """Show 1 when the budget counts, else 0."""
    writeback_way(zram)
    with zram.init_lock.reading(), _locked(zram):
        return str(int(zram.backing.wb_limit_enable))


def bd_stat_show(zram: Zram) -> str:
    """Show how many blocks are in use, and how many were read and written, in 4096 bytes."""
    writeback_way(zram)
    with zram.init_lock.reading():
        stats = zram.stats
        return f"{stats.bd_count} {stats.bd_reads} {stats.bd_writes}"


def budget_spent(zram: Zram) -> bool:
    """Whether no page may be written back any more; EIO is what that comes to."""
    with _locked(zram):
        zram.machine.world.reach(BUDGET_READ, zram.number)
        return zram.backing.wb_limit_enable and not zram.backing.bd_wb_limit


def debit_budget(zram: Zram) -> None:
    """Take a page off the budget, if it counts and is not spent by now."""
    with _locked(zram):
        zram.machine.world.reach(BUDGET_WRITE, zram.number)
        if zram.backing.wb_limit_enable and zram.backing.bd_wb_limit > 0:
            zram.backing.bd_wb_limit -= PAGE_COST


def credit_budget(zram: Zram) -> None:
    """Give a page back to the budget, if it counts [6.19, zram_account_writeback_rollback]."""
    zram.machine.world.reach(BUDGET_WRITE, zram.number)
    if zram.backing.wb_limit_enable:
        zram.backing.bd_wb_limit += PAGE_COST


@contextmanager
def _changing(zram: Zram) -> Generator[None]:
    """Hold what a store holds: writeback may be under way, up to 6.18."""
    match zram.machine.kernel.features.limit_lock:
        case LimitLock.SPINLOCK:
            lock = zram.init_lock.reading()
        case LimitLock.BOTH | LimitLock.INIT_LOCK:
            lock = zram.init_lock.writing()
    with lock, _locked(zram):
        zram.machine.world.reach(BUDGET_WRITE, zram.number)
        yield


@contextmanager
def _locked(zram: Zram) -> Generator[None]:
    match zram.machine.kernel.features.limit_lock:
        case LimitLock.SPINLOCK | LimitLock.BOTH:
            with zram.backing.wb_limit_lock:
                yield
        case LimitLock.INIT_LOCK:
            yield


def _kstrtoull(text: str) -> int:
    try:
        return kstrtou_decimal(text, bits=64)
    except Refusal:
        raise Refusal(EINVAL) from None
