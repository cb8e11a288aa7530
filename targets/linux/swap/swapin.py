"""Bringing a slot's page into the swap cache [4.9 mm/swap_state.c].

Readahead is not modelled: the kernel reads one page, too, when faults are scattered.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Point, fault_point
from targets.linux.machine.errno import EEXIST, ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_HIGHUSER_MOVABLE, GFP_KERNEL
from targets.linux.machine.slab import failslab_exempt
from targets.linux.mm.references import put_page
from targets.linux.swap.cache import add_to_swap_cache, lookup_swap_cache
from targets.linux.swap.counts import swapcache_prepare
from targets.linux.swap.io import swap_readpage

if TYPE_CHECKING:
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
)
RETRY_TICKS: Final = 1
"""cond_resched in the kernel: every task that can run does so before the next try."""


def read_swap_cache_async(core: SwapCore, entry: Entry) -> Page | None:
    """Return the page of an entry with a reference, reading it if it is not in the swap cache.

    It is unlocked when the read is done.
    None means that there is no memory or that nobody needs the slot any more.
    """
    new_page = None
    while (found := lookup_swap_cache(core, entry)) is None:
        new_page = new_page or core.memory.alloc_page(GFP_HIGHUSER_MOVABLE, SWAPIN_PAGE)
        if (
            new_page is None
            or core.world.fault(PRELOAD, entry, exempt=failslab_exempt(GFP_KERNEL)) is not None
        ):
            break
        try:
            swapcache_prepare(core, entry)
        except Refusal as refusal:
            if refusal.name != EEXIST:
                break
            core.world.sleep(RESERVED, RETRY_TICKS)
            continue
        read_into(core, new_page, entry)
        return new_page
    if new_page is not None:
        put_page(core, new_page)
    return found


def read_into(core: SwapCore, page: Page, entry: Entry) -> None:
    """Put a new page into its place in the swap cache, which is reserved, and start to read it.

    What swap_readpage refuses is ignored: whoever uses the page sees that it is not up to date.
    """
    page.lock.acquire()
    add_to_swap_cache(core, page, entry, preloaded=True)
    with suppress(Refusal):
        swap_readpage(core, page)
