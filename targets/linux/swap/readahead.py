"""Readahead: a fault reads the slots around its own, too [4.9 mm/swap_state.c].

The window is whole and aligned, as when everything read ahead is used;
the kernel makes it smaller when that is not so.
From 4.14 on the kernel chooses, on devices without seeks, neighbours by address instead of by slot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.mm.references import put_page
from targets.linux.swap.area import swp_entry, swp_offset, swp_type
from targets.linux.swap.swapin import read_swap_cache_async

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.swap.area import Entry
    from targets.linux.swap.core import SwapCore


def swapin_readahead(core: SwapCore, entry: Entry) -> Page | None:
    """Read a slot through the swap cache, and before it the other slots of its window.

    The answer is that of `read_swap_cache_async`; nobody waits for the others.
    """
    for offset in readahead_window(core, entry):
        page = read_swap_cache_async(core, swp_entry(swp_type(entry), offset))
        if page is not None:
            put_page(core, page)
    return read_swap_cache_async(core, entry)


def readahead_window(core: SwapCore, entry: Entry) -> list[int]:
    """Return the slots of 2 ** page_cluster that surround an entry; none if that is one."""
    mask = (1 << core.page_cluster) - 1
    if not mask:
        return []
    area = core.swap_info[swp_type(entry)]
    first = swp_offset(entry) & ~mask
    return list(range(max(first, 1), min((first | mask) + 1, area.max)))
