"""Swap-in that skips the swap cache [4.15 to 6.19 mm/memory.c], and the choice between both ways.

A device that is done when it returns needs no swap cache to let others wait for a page.
If one page table entry counts the slot, nobody else can want it: the fault reads it for itself.
Threads of one process can, though, and until 6.6 nothing keeps a second one from reading too.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.kernel.history.swap_io import DirectSwapin
from targets.linux.machine.errno import Refusal
from targets.linux.machine.gfp import GFP_HIGHUSER_MOVABLE
from targets.linux.mm.references import put_page
from targets.linux.swap.area import swp_type
from targets.linux.swap.cache import SWAP_CACHE
from targets.linux.swap.counts import swapcache_free, swapcache_prepare
from targets.linux.swap.io import swap_readpage
from targets.linux.swap.readahead import swapin_readahead
from targets.linux.swap.swapin import SWAPIN_PAGE
from targets.linux.swap.users import swap_count_of

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.area import Entry
    from targets.linux.swap.core import SwapCore

PINNED_WAIT: Final = Point(
    "swapin.pinned", "wait a tick while another fault reads the slot", Access.WAIT, SWAP_CACHE
)
PINNED_TICKS: Final = 1


@dataclass(frozen=True, slots=True)
class Swapin:
    """What came of reading a slot for a fault."""

    page: Page | None = None
    """The page, unlocked when the read is over, with a reference; None without memory."""
    swapcache: Page | None = None
    """The same page if it is in the swap cache."""
    pinned: bool = False
    """Whether SWAP_HAS_CACHE is held for the fault: `swapin_done` drops it after the mapping."""
    busy: bool = False
    """Whether another fault is reading the slot: the fault returns, to be tried again."""


def swapin(core: SwapCore, entry: Entry, mm: MmStruct, index: int) -> Swapin:
    """Read a slot that is not in the swap cache, past the cache or through it."""
    if not may_skip_swap_cache(core, entry):
        page = swapin_readahead(core, entry, mm, index)
        return Swapin(page, swapcache=page)
    match direct_swapin(core):
        case DirectSwapin.NONE | DirectSwapin.UNPINNED:
            return Swapin(read_past_swap_cache(core, alloc_swap_page(core), entry))
        case DirectSwapin.PINNED:
            if not pin_slot(core, entry):
                return Swapin(busy=True)
            return Swapin(read_past_swap_cache(core, alloc_swap_page(core), entry), pinned=True)
        case DirectSwapin.PINNED_LATE:
            return alloc_and_read_pinned(core, entry)


def alloc_and_read_pinned(core: SwapCore, entry: Entry) -> Swapin:
    """Allocate a page, then pin the slot, then read it."""
    page = alloc_swap_page(core)
    if page is None:
        return Swapin()
    if not pin_slot(core, entry):
        put_page(core, page)
        return Swapin(busy=True)
    return Swapin(read_past_swap_cache(core, page, entry), pinned=True)


def direct_swapin(core: SwapCore) -> DirectSwapin:
    """Return the kernel's way of reading past the swap cache."""
    return core.machine.kernel.features.direct_swapin


def may_skip_swap_cache(core: SwapCore, entry: Entry) -> bool:
    """Whether the area is synchronous, and one page table entry counts the slot."""
    if direct_swapin(core) is DirectSwapin.NONE:
        return False
    area = core.swap_info[swp_type(entry)]
    return bool(area.flags & core.layout.synchronous_io) and swap_count_of(core, entry) == 1


def alloc_swap_page(core: SwapCore) -> Page | None:
    """Allocate a page for one slot (alloc_swap_folio); None without memory."""
    return core.memory.alloc_page(GFP_HIGHUSER_MOVABLE, SWAPIN_PAGE)


def pin_slot(core: SwapCore, entry: Entry) -> bool:
    """Set SWAP_HAS_CACHE for a fault; if that is taken, wait a tick and return False."""
    try:
        swapcache_prepare(core, entry)
    except Refusal:
        core.world.sleep(PINNED_WAIT, PINNED_TICKS)
        return False
    return True


def read_past_swap_cache(core: SwapCore, page: Page | None, entry: Entry) -> Page | None:
    """Read a slot into a page that nobody else knows."""
    if page is None:
        return None
    taken = page.lock.try_acquire()
    assert taken, "nobody knows a new page"
    page.private = entry
    with suppress(Refusal):  # the fault sees that the page is not up to date
        swap_readpage(core, page, synchronous=True)
    page.private = 0
    if core.world.watched:
        core.world.tell("read past the swap cache")
    return page


def swapin_done(core: SwapCore, entry: Entry, result: Swapin) -> None:
    """Drop the pin of a fault that is over (swapcache_clear); the slot goes if it is not counted.

    Whoever wanted to bring the slot into the swap cache can do so now.
    """
    if result.pinned:
        swapcache_free(core, entry)
