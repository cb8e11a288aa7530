"""What both ways to empty an area at swapoff have in common [mm/swapfile.c].

Either goes on until no slot is used.
A slot may be counted before its page table entry can be found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point, fault_point
from targets.linux.machine.errno import EINTR, ENOMEM, Refusal
from targets.linux.mm.ksm import ksm_might_need_to_copy
from targets.linux.mm.mm_struct import MappedPte, PoisonedPte, SwapPte, set_pte
from targets.linux.mm.references import get_page, put_page
from targets.linux.mm.rmap import page_add_anon_rmap
from targets.linux.swap.area import AREA_LOCK, SWAP_MAP_BAD, swap_map_once
from targets.linux.swap.counts import swap_free

if TYPE_CHECKING:
    from collections.abc import Iterable

    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.area import Entry, SwapArea
    from targets.linux.swap.core import SwapCore

SIGNAL: Final = fault_point("swapoff.signal", "is a signal pending?", EINTR)
SWAP_MAP_READ: Final = Point(
    "swapoff.scan", "look for a used slot, without the area's lock", Access.READ, AREA_LOCK.name
)
SWAP_MAP_LOOK: Final = Point(
    "swapoff.look", "look at a slot's count, without the area's lock", Access.READ, AREA_LOCK.name
)
RESCHED: Final = Point("swapoff.resched", "cond_resched: whoever can run does so before it goes on")
RESCHED_TICKS: Final = 1


def stop_at_signal(core: SwapCore, area: SwapArea) -> None:
    """Refuse with EINTR if a signal is pending; that is a matter of chance here."""
    if core.world.fault(SIGNAL, area.type) is not None:
        raise Refusal(EINTR)


def read_swap_map(core: SwapCore, area: SwapArea, offset: int) -> int:
    """Return the byte of a slot; without the area's lock it may change at once."""
    core.world.reach(SWAP_MAP_LOOK, area.type)
    return swap_map_once(area, offset)


def find_next_to_unuse(core: SwapCore, area: SwapArea, slots: Iterable[int]) -> int:
    """Return the first of some slots that is in use; 0 if none."""
    core.world.reach(SWAP_MAP_READ, area.type)
    return next((slot for slot in slots if swap_map_once(area, slot) not in (0, SWAP_MAP_BAD)), 0)


def let_others_run(core: SwapCore) -> None:
    """Wait until somebody else has run: the slot may be held by who cannot be interrupted now."""
    core.world.sleep(RESCHED, RESCHED_TICKS)


def unuse_pte(core: SwapCore, mm: MmStruct, index: int, entry: Entry, swapcache: Page) -> None:
    """Map the page of a slot read-only, if the entry is still there; ENOMEM without a KSM copy.

    Until 5.18 it is mapped whether it could be read or not; later the entry says that it is lost.
    """
    page = ksm_might_need_to_copy(core, swapcache, index)
    if page is None:
        raise Refusal(ENOMEM)
    with mm.ptl:
        pte = mm.page_table.get(index)
        if isinstance(pte, SwapPte) and pte.entry == entry:
            if page.uptodate or not core.machine.kernel.features.unread_page_is_lost:
                get_page(page)
                page.origin.mapped_by = unuse_pte.__name__
                set_pte(mm, index, MappedPte(page, writable=False, dirty=False))
                if not core.machine.kernel.features.unuse_keeps_soft_dirty:
                    mm.soft_dirty.pop(index, None)
                exclusive = pte.exclusive or page is not swapcache
                page_add_anon_rmap(core, page, mm, index, exclusive=exclusive)
            else:
                set_pte(mm, index, PoisonedPte())
            swap_free(core, entry)
    if page is not swapcache:
        page.lock.release()
        put_page(core, page)
