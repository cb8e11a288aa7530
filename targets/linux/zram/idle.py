"""Marking slots as idle, until somebody uses them: `idle` [5.0, 5.17, 6.14 zram_drv.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from targets.linux.kernel.history.writeback import IdleMarking
from targets.linux.machine.errno import EINVAL, ENOENT, Refusal
from targets.linux.zram.device import init_done
from targets.linux.zram.numbers import kstrtoull
from targets.linux.zram.scanning import nr_pages, table_slot
from targets.linux.zram.slot import zram_allocated

if TYPE_CHECKING:
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot


class Marker(Protocol):
    """What marks a slot, whose lock is held, if it is `old`."""

    def __call__(self, slot: Slot, *, old: bool) -> None:
        """Mark the slot, or do not."""
        ...


EVERY: Final = "all"
TICKS_PER_SECOND: Final = 100
"""How much of the virtual clock is a second of age."""


def has_idle(kernel: Kernel) -> bool:
    """Whether there is a file idle."""
    return kernel.features.idle_marking is not IdleMarking.NEVER


def idle_store(zram: Zram, text: str) -> None:
    """Mark slots as idle: `all`, or those that are older than some seconds; EINVAL.

    Seconds are taken by a kernel that tracks when slots are used.
    """
    match zram.machine.kernel.features.idle_marking:
        case IdleMarking.NEVER:
            raise Refusal(ENOENT)
        case IdleMarking.ALL:
            _mark_all(zram, text)
        case IdleMarking.BY_AGE:
            _mark_by_age(zram, text, _marker(zram))
        case IdleMarking.BY_AGE_OR_NOT:
            _mark_by_age(zram, text, _mark_or_not)


def _mark_all(zram: Zram, text: str) -> None:
    pages, mark = nr_pages(zram), _marker(zram)
    if text.removesuffix("\n") != EVERY:
        raise Refusal(EINVAL)
    with zram.init_lock.reading():
        if not init_done(zram):
            raise Refusal(EINVAL)
        if zram.machine.kernel.features.idle_size_locked:
            pages = nr_pages(zram)
        for index in zram.meta.walked(pages):
            slot = table_slot(zram, index)
            with slot.lock:
                mark(slot, old=True)


def _mark_by_age(zram: Zram, text: str, mark: Marker) -> None:
    cutoff = _cutoff(zram, text)
    with zram.init_lock.reading():
        if not init_done(zram):
            raise Refusal(EINVAL)
        for index in zram.meta.walked(zram.meta.pages):
            slot = zram.meta.slot(index)
            with slot.lock:
                mark(slot, old=not cutoff or cutoff >= slot.ac_time)


def _cutoff(zram: Zram, text: str) -> int:
    """Return when a slot must have been used last to be idle; 0 for any time."""
    if text.removesuffix("\n") == EVERY:
        return 0
    if not zram.machine.kernel.build.memory_tracking:
        raise Refusal(EINVAL)
    try:
        age = kstrtoull(text)
    except Refusal:
        raise Refusal(EINVAL) from None
    return zram.machine.world.clock.now - age * TICKS_PER_SECOND


def _marker(zram: Zram) -> Marker:
    """Return what marks a slot on this kernel."""
    return _mark if zram.machine.kernel.features.idle_spares_under_wb else _mark_any


def _mark(slot: Slot, *, old: bool) -> None:
    """Mark a slot, whose lock is held; one under writeback stays as it is, which that relies on."""
    if old and zram_allocated(slot) and not slot.under_wb:
        slot.idle = True


def _mark_any(slot: Slot, *, old: bool) -> None:
    """Mark a slot, one under writeback too: then it looks as if nobody had used it since."""
    if old and zram_allocated(slot):
        slot.idle = True


def _mark_or_not(slot: Slot, *, old: bool) -> None:
    """Mark a slot that can be written back, or take its mark away [6.13]."""
    if zram_allocated(slot) and not slot.wb and not slot.same:
        slot.idle = old
