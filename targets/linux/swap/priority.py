"""Priorities: which area slots are taken of first [mm/swapfile.c].

Whoever enables an area may give it a priority from 0 on; the kernel's own are below that.
The highest of those is -2 in the kernels from 4.14 to 6.18; here it is -1 in all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.kernel.history.swap import DefaultPriority
from targets.linux.swap.flags import SWP_WRITEOK

if TYPE_CHECKING:
    from targets.linux.swap.area import SwapArea
    from targets.linux.swap.core import SwapCore

DEF_SWAP_PRIO: Final = -1
"""The priority of the first area, or of all, that were given none."""


def set_priority(core: SwapCore, area: SwapArea, priority: int | None) -> None:
    """Give an area that is enabled the priority asked for, or the kernel's own (setup_swap_info).

    One that swapoff enables again comes behind all areas that were given none.
    """
    if priority is not None and priority >= 0:
        area.prio = priority
        return
    match core.machine.kernel.features.default_priority:
        case DefaultPriority.DESCENDING:
            core.least_priority -= 1
            area.prio = core.least_priority
        case DefaultPriority.SHARED:
            area.prio = DEF_SWAP_PRIO


def close_priority_gap(core: SwapCore, area: SwapArea) -> None:
    """Move the areas up that were enabled after one that goes, if none was given a priority."""
    match core.machine.kernel.features.default_priority:
        case DefaultPriority.SHARED:
            return
        case DefaultPriority.DESCENDING:
            if area.prio >= 0:
                return
    for later in core.swap_info:
        if later.flags & SWP_WRITEOK and later.prio < area.prio:
            later.prio += 1
    core.least_priority += 1
