"""The lists of processes: all, and those that swapoff has to look at [4.9 kernel/fork.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.world.cell import Unseen
from targets.linux.mm.mm_struct import MmStruct, mmget_not_zero

if TYPE_CHECKING:
    from targets.linux.swap.core import SwapCore


def mm_alloc(core: SwapCore) -> MmStruct:
    """Make the memory of a new process."""
    mm = MmStruct(core.world, len(core.mms))
    core.mms.append(mm)
    return mm


def add_to_mmlist(core: SwapCore, mm: MmStruct, parent: MmStruct | None = None) -> None:
    """Let swapoff know of a process with a swapped page, right after the slot was counted.

    A child comes right after its parent, where swapoff finds it when it has waited for the fork.
    """
    if not is_listed(core, mm):
        with core.mmlist_lock:
            if mm not in core.mmlist:
                place = core.mmlist.index(parent) + 1 if parent else 0
                core.mmlist.insert(place, mm)


def is_listed(core: SwapCore, mm: MmStruct) -> bool:
    """Whether a process is in the list, asked without the lock (list_empty of mm->mmlist)."""
    with Unseen(core.world):
        return mm in core.mmlist


def next_in_mmlist(core: SwapCore, previous: MmStruct | None) -> MmStruct | None:
    """Return the process after `previous` that has users, as one more user of it."""
    with core.mmlist_lock:
        place = core.mmlist.index(previous) + 1 if previous else 0
        return next((mm for mm in core.mmlist[place:] if mmget_not_zero(mm)), None)


def remove_from_mmlist(core: SwapCore, mm: MmStruct) -> None:
    """Forget a process that has no memory any more."""
    if is_listed(core, mm):
        with core.mmlist_lock:
            if mm in core.mmlist:
                core.mmlist.remove(mm)
