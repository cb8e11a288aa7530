"""Readahead: a fault reads the slots around its own, too [4.9 mm/swap_state.c].

The window is whole and aligned, as when everything read ahead is used;
the kernel makes it smaller when that is not so.
From 4.14 on neighbours are chosen by address instead of by slot, where no device has seeks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.mm.mm_struct import SwapPte, read_pte
from targets.linux.mm.references import put_page
from targets.linux.swap.area import swp_entry, swp_offset, swp_type
from targets.linux.swap.flags import SWP_SOLIDSTATE, SWP_WRITEOK
from targets.linux.swap.swapin import read_swap_cache_async
from targets.linux.swap.users import get_swap_device, look_without_hold, put_swap_device

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.area import Entry
    from targets.linux.swap.core import SwapCore


def swapin_readahead(core: SwapCore, entry: Entry, mm: MmStruct, index: int) -> Page | None:
    """Read a slot through the swap cache, and before it what is likely to be wanted next.

    The answer is that of `read_swap_cache_async`; nobody waits for the others.
    """
    if swap_use_vma_readahead(core):
        swap_vma_readahead(core, entry, mm, index)
    else:
        swap_cluster_readahead(core, entry)
    return read_swap_cache_async(core, entry)


def swap_use_vma_readahead(core: SwapCore) -> bool:
    """Whether neighbours are those by address: no area that is swapped to has seeks."""
    return core.machine.kernel.features.vma_readahead and all(
        area.flags & SWP_SOLIDSTATE for area in core.swap_info if area.flags & SWP_WRITEOK
    )


def swap_cluster_readahead(core: SwapCore, entry: Entry) -> None:
    """Read the other slots of a window."""
    for offset in readahead_window(core, entry):
        read_ahead(core, swp_entry(swp_type(entry), offset))


def swap_vma_readahead(core: SwapCore, target: Entry, mm: MmStruct, index: int) -> None:
    """Read what the page table has around an index; the fault holds the area of its own slot."""
    size = 1 << core.page_cluster
    first = index - index % size
    for neighbour in range(first, first + size) if size > 1 else ():
        pte = read_pte(mm, neighbour)
        if not isinstance(pte, SwapPte):
            continue
        if swp_type(pte.entry) == swp_type(target):
            read_ahead(core, pte.entry)
        elif not core.machine.kernel.features.readahead_holds_others:
            look_without_hold(core, pte.entry)
            read_ahead(core, pte.entry)
        elif (area := get_swap_device(core, pte.entry)) is not None:
            read_ahead(core, pte.entry)
            put_swap_device(core, area)


def read_ahead(core: SwapCore, entry: Entry) -> None:
    """Read a slot, if it can be, and let go of its page."""
    page = read_swap_cache_async(core, entry)
    if page is not None:
        put_page(core, page)


def readahead_window(core: SwapCore, entry: Entry) -> list[int]:
    """Return the slots of 2 ** page_cluster that surround an entry; none if that is one."""
    mask = (1 << core.page_cluster) - 1
    if not mask:
        return []
    area = core.swap_info[swp_type(entry)]
    first = swp_offset(entry) & ~mask
    return list(range(max(first, 1), min((first | mask) + 1, area.max)))
