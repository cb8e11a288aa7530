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
            if not is_linked(core, mm):
                _link(core, mm, parent)


def _link(core: SwapCore, mm: MmStruct, parent: MmStruct | None) -> None:
    if parent is None:
        core.mmlist.insert(0, mm)
        return
    if not is_linked(core, parent):
        core.mm_rings.append([parent])
    links = _links(core, parent)
    links.insert(links.index(parent) + 1, mm)


def is_listed(core: SwapCore, mm: MmStruct) -> bool:
    """Whether a process is in a list, asked without the lock (list_empty of mm->mmlist)."""
    with Unseen(core.world):
        return is_linked(core, mm)


def is_linked(core: SwapCore, mm: MmStruct) -> bool:
    """Whether a process is linked with anything, be it the list or no more than its children."""
    return mm in core.mmlist or any(mm in ring for ring in core.mm_rings)


def next_in_mmlist(core: SwapCore, previous: MmStruct | None) -> MmStruct | None:
    """Return the process after `previous` that has users, as one more user of it.

    Who was taken off the list meanwhile is followed by itself, or by the children that were put
    beside it since: from there the head of the list is never met.
    """
    with core.mmlist_lock:
        if previous is None:
            following = list(core.mmlist)
        else:
            links = _links(core, previous)
            place = links.index(previous) + 1
            following = links[place:]
            if previous not in core.mmlist:
                following += links[:place]
        return next((mm for mm in following if mmget_not_zero(mm)), None)


def remove_from_mmlist(core: SwapCore, mm: MmStruct) -> None:
    """Forget a process that has no memory any more."""
    if is_listed(core, mm):
        with core.mmlist_lock:
            if is_linked(core, mm):
                _links(core, mm).remove(mm)
                core.mm_rings[:] = [ring for ring in core.mm_rings if len(ring) > 1]


def _links(core: SwapCore, mm: MmStruct) -> list[MmStruct]:
    """Return what a process is linked with: the list, a ring without its head, or itself alone."""
    if mm in core.mmlist:
        return core.mmlist
    return next((ring for ring in core.mm_rings if mm in ring), [mm])
