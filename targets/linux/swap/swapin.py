"""Bringing a slot's page into the swap cache [4.9 mm/swap_state.c]."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point, fault_point
from fuzz.world.shared_containers import read_once
from targets.linux.kernel.history.swap_io import ReservationWait, UncountedSlot
from targets.linux.machine.errno import EEXIST, ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_HIGHUSER_MOVABLE, GFP_KERNEL
from targets.linux.machine.slab import failslab_exempt
from targets.linux.mm.references import put_page
from targets.linux.swap.area import (
    SWAP_HAS_CACHE,
    swap_count,
    swap_map_once,
    swp_offset,
    swp_type,
)
from targets.linux.swap.cache import SWAP_CACHE, add_to_swap_cache, lookup_swap_cache
from targets.linux.swap.counts import swapcache_prepare, swp_swapcount
from targets.linux.swap.io import swap_readpage

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.machine.page import Page
    from targets.linux.swap.area import Entry
    from targets.linux.swap.core import SwapCore

SWAPIN_PAGE: Final = fault_point(
    "swapin.page", "a page to read a slot into", ENOMEM, capability="fail_page_alloc"
)
PRELOAD: Final = fault_point(
    "swapin.preload", "tree nodes, while one may sleep", ENOMEM, capability="failslab"
)
RESERVED: Final = Point(
    "swapin.reserved",
    "wait for the page of a slot that is on its way into or out of the swap cache",
    Access.WAIT,
    SWAP_CACHE,
)


def read_swap_cache_async(core: SwapCore, entry: Entry) -> Page | None:
    """Return the page of an entry with a reference, reading it if it is not in the swap cache.

    It is unlocked when the read is done.
    None means that there is no memory or that nobody needs the slot any more.
    """
    new_page = None
    while (found := lookup_swap_cache(core, entry)) is None:
        if is_skipped(core, entry):
            break
        new_page = new_page or core.memory.alloc_page(GFP_HIGHUSER_MOVABLE, SWAPIN_PAGE)
        if (
            new_page is None
            or core.world.fault(PRELOAD, entry, exempt=failslab_exempt(GFP_KERNEL)) is not None
        ):
            break
        refusal = insert_new_page(core, new_page, entry)
        if not refusal:
            with suppress(Refusal):  # who uses the page sees that it is not up to date
                swap_readpage(core, new_page)
            return new_page
        if refusal != EEXIST:
            break
        wait_for_reservation(core, entry)
    if new_page is not None:
        put_page(core, new_page)
    return found


def is_skipped(core: SwapCore, entry: Entry) -> bool:
    """Whether a slot is not to be read, because no page table entry counts it.

    It may have been taken, or freed, with a batch; who waited for it would wait for long.
    """
    return skips(core, lambda: swp_swapcount(core, entry))


def skips(core: SwapCore, count: Callable[[], int]) -> bool:
    """Whether a slot with so many references is not to be read."""
    match core.machine.kernel.features.uncounted_slot:
        case UncountedSlot.WAITED_FOR:
            return False
        case UncountedSlot.SKIPPED_UNLESS_SWAPOFF:
            return core.slot_caches.enabled and not count()
        case UncountedSlot.SKIPPED:
            return not count()


def insert_new_page(core: SwapCore, page: Page, entry: Entry) -> str:
    """Put a new page, locked, into the swap cache; return nothing, or the errno that says why not.

    Who has preloaded tree nodes has preemption disabled, up to radix_tree_preload_end:
    only another CPU sees the place reserved while it is empty.
    """
    core.world.preempt_disable()
    try:
        swapcache_prepare(core, entry)
        taken = page.lock.try_acquire()
        assert taken, "nobody knows a new page"
        add_to_swap_cache(core, page, entry, preloaded=True)
    except Refusal as refusal:
        return refusal.name
    finally:
        core.world.preempt_enable()
    return ""


def wait_for_reservation(core: SwapCore, entry: Entry) -> None:
    """Wait until a place that is reserved is filled or given up, or is to be skipped.

    The kernel looks again and again, with cond_resched or a tick of sleep in between; one wait
    stands for the rounds. cond_resched of a real-time task lets no other of its CPU run.
    """
    area = core.swap_info[swp_type(entry)]
    space = core.space(entry)
    offset = swp_offset(entry)

    def is_settled() -> bool:
        byte = swap_map_once(area, offset) if offset < area.max else 0
        return (
            not byte & SWAP_HAS_CACHE
            or read_once(space.pages, offset) is not None
            or skips(core, lambda: swap_count(byte))
        )

    match core.machine.kernel.features.reservation_wait:
        case ReservationWait.YIELDS if core.world.running.number in core.machine.real_time:
            core.world.preempt_disable()
            space.reservations.wait_until(is_settled, RESERVED, entry, sleeps=False)
            core.world.preempt_enable()
        case _:
            space.reservations.wait_until(is_settled, RESERVED, entry)


def sched_setscheduler(core: SwapCore, *, real_time: bool) -> None:
    """Make the running task a real-time task or an ordinary one.

    It shows nowhere but in the waits that only yield: all else that a task does may be preempted.
    """
    number = core.world.running.number
    if real_time:
        core.machine.real_time[number] = None
    else:
        core.machine.real_time.pop(number, None)
