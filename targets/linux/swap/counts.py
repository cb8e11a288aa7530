"""The counts of slots: who refers to a slot, and its release [4.9 mm/swapfile.c].

Every function takes the lock of the area; a slot whose byte becomes 0 is free at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.kernel.history.swap import SlotFree
from targets.linux.machine.errno import EEXIST, EINVAL, ENOENT, ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_ATOMIC, Gfp
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.swap.area import (
    COUNT_CONTINUED,
    SWAP_HAS_CACHE,
    SWAP_MAP_BAD,
    SWAP_MAP_MAX,
    swap_count,
    swap_map_once,
    swp_offset,
    swp_type,
)
from targets.linux.swap.flags import SWP_CONTINUED, SWP_USED
from targets.linux.swap.release import release_slot
from targets.linux.swap.slot_cache import free_swap_slot

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.swap.area import Entry, SwapArea
    from targets.linux.swap.core import SwapCore

ONE_REFERENCE: Final = 1
"""The usage of a page table entry; the other usage is SWAP_HAS_CACHE."""

CONTINUATION: Final = fault_point(
    "swap_map.continuation",
    "a page for the higher digits of swap counts",
    ENOMEM,
    capability="fail_page_alloc",
)


def swap_info_get(core: SwapCore, entry: Entry) -> SwapArea:
    """Return the area of an entry that is in use; the kernel also takes its lock here."""
    core.counters.swap_info_lookups += 1
    area = core.swap_info[swp_type(entry)]
    assert area.flags & SWP_USED, "an entry in use has an area in use"
    assert swap_map_once(area, swp_offset(entry)), "an entry in use is counted"
    return area


def swap_entry_free(core: SwapCore, area: SwapArea, entry: Entry, usage: int) -> int:
    """Drop one reference, with the area locked; return what is left of the slot's byte.

    The caller passes that to `finish_free` when it has dropped the lock.
    """
    offset = swp_offset(entry)
    byte = area.swap_map[offset]
    has_cache = byte & SWAP_HAS_CACHE
    count = swap_count(byte)
    if usage == SWAP_HAS_CACHE:
        assert has_cache, "a reference of the swap cache is dropped once"
        has_cache = 0
    elif count == COUNT_CONTINUED:
        count = borrow_continuation(area, offset)
    else:
        count -= 1
    area.swap_map[offset] = count | has_cache
    if usage == SWAP_HAS_CACHE:
        core.space(entry).reservations.wake_all()
    if not count | has_cache:
        match core.machine.kernel.features.slot_free:
            case SlotFree.UNDER_LOCK:
                release_slot(core, area, offset)
            case SlotFree.PARKED:
                area.swap_map[offset] = SWAP_HAS_CACHE
    return count | has_cache


def finish_free(core: SwapCore, entry: Entry, left: int) -> None:
    """Free a slot of which nothing is left, where that is not done under the area's lock."""
    match core.machine.kernel.features.slot_free:
        case SlotFree.UNDER_LOCK:
            pass
        case SlotFree.PARKED:
            if not left:
                free_swap_slot(core, entry)


def swap_free(core: SwapCore, entry: Entry) -> None:
    """Drop the reference of a page table entry."""
    area = swap_info_get(core, entry)
    with area.lock:
        left = swap_entry_free(core, area, entry, ONE_REFERENCE)
    finish_free(core, entry, left)


def swapcache_free(core: SwapCore, entry: Entry) -> None:
    """Drop the reference of the swap cache."""
    area = swap_info_get(core, entry)
    with area.lock:
        left = swap_entry_free(core, area, entry, SWAP_HAS_CACHE)
    finish_free(core, entry, left)


def page_swapcount(core: SwapCore, page: Page) -> int:
    """Return how many page table entries refer to the slot of a page in the swap cache.

    The answer is not exact for a continued count, but never 0 or 1 then.
    """
    entry = page.private
    area = swap_info_get(core, entry)
    with area.lock:
        return swap_count(area.swap_map[swp_offset(entry)])


def swp_swapcount(core: SwapCore, entry: Entry) -> int:
    """Return how many page table entries refer to a slot, as `page_swapcount` (__swp_swapcount).

    It is 0 for a slot that the area does not have, as when swapoff is done with it.
    """
    area = core.swap_info[swp_type(entry)]
    offset = swp_offset(entry)
    with area.lock:
        return swap_count(area.swap_map[offset]) if offset < area.max else 0


def swap_entry_dup(core: SwapCore, entry: Entry, usage: int) -> None:
    """Add a reference to a slot that has one (__swap_duplicate); the refusal says why not."""
    area = core.swap_info[swp_type(entry)]
    offset = swp_offset(entry)
    with area.lock:
        if offset >= area.max:
            raise Refusal(EINVAL)
        byte = area.swap_map[offset]
        has_cache = byte & SWAP_HAS_CACHE
        count = swap_count(byte)
        if not byte or count == SWAP_MAP_BAD:
            raise Refusal(ENOENT)
        if usage == SWAP_HAS_CACHE:
            if has_cache:
                raise Refusal(EEXIST)
            has_cache = SWAP_HAS_CACHE
        elif count & ~COUNT_CONTINUED == SWAP_MAP_MAX:
            carry_continuation(area, offset)
            count = COUNT_CONTINUED
        else:
            count += 1
        area.swap_map[offset] = count | has_cache


def swapcache_prepare(core: SwapCore, entry: Entry) -> None:
    """Reserve the place of an entry in the swap cache: EEXIST if taken, ENOENT if not counted."""
    swap_entry_dup(core, entry, SWAP_HAS_CACHE)


def swap_duplicate(core: SwapCore, entry: Entry) -> None:
    """Add the reference of one more page table entry; refuses with ENOMEM only.

    Whatever else is wrong is swallowed, as if the page table were to blame.
    """
    while True:
        try:
            return swap_entry_dup(core, entry, ONE_REFERENCE)
        except Refusal as refusal:
            if refusal.name != ENOMEM:
                return None
        add_swap_count_continuation(core, entry, GFP_ATOMIC)


# Continuations


def carry_continuation(area: SwapArea, offset: int) -> None:
    """Carry from the byte of a slot (swap_count_continued); ENOMEM when no page can hold it."""
    if offset // PAGE_SIZE not in area.continuation_pages:
        raise Refusal(ENOMEM)
    area.continuations[offset] = area.continuations.get(offset, 0) + 1


def borrow_continuation(area: SwapArea, offset: int) -> int:
    """Borrow for the byte of a slot (swap_count_continued) and return its new count."""
    carries = area.continuations.pop(offset) - 1
    if not carries:
        return SWAP_MAP_MAX
    area.continuations[offset] = carries
    return SWAP_MAP_MAX | COUNT_CONTINUED


def add_swap_count_continuation(core: SwapCore, entry: Entry, gfp: Gfp) -> None:
    """Provide the page that a count at its maximum carries into, unless another task has."""
    page = core.memory.alloc_page(gfp | Gfp.HIGHMEM, CONTINUATION)
    area = core.swap_info[swp_type(entry)]
    offset = swp_offset(entry)
    with area.lock:
        count = swap_count(area.swap_map[offset]) if offset < area.max else 0
        full = count & ~COUNT_CONTINUED == SWAP_MAP_MAX
        needed = full and offset // PAGE_SIZE not in area.continuation_pages
        if full and page is None:
            raise Refusal(ENOMEM)
        if needed and page is not None:
            area.continuation_pages[offset // PAGE_SIZE] = page
            area.flags |= SWP_CONTINUED
    if page is not None and not needed:
        core.memory.free_page(page)


def free_swap_count_continuations(core: SwapCore, area: SwapArea) -> None:
    """Give the continuation pages of an area back, at swapoff."""
    for page in area.continuation_pages.values():
        core.memory.free_page(page)
    area.continuation_pages.clear()
