"""reuse_swap_page: may a write change an anonymous page in place? [4.9 and 4.10 mm/swapfile.c]

The question that the 2016 thread is about: a page that only one process has may still be
under writeback, and then a device looks at its bytes while the process changes them.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from targets.linux.machine.page import page_under_writeback
from targets.linux.swap.cache import delete_from_swap_cache
from targets.linux.swap.counts import page_swapcount, swap_info_get
from targets.linux.swap.designs import stable_page_required, writeback_is_awaited

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.swap.area import SwapArea
    from targets.linux.swap.core import SwapCore


class Reuse(Enum):
    """The answer; the kernel's is a bool, true for `IN_PLACE`."""

    IN_PLACE = "nobody else has the page: write to it"
    SHARED = "others have the page, or its slot: copy it"
    STABLE = "the device must not see the page change: copy it"


def reuse_swap_page(core: SwapCore, page: Page) -> Reuse:
    """Decide about a locked page, with the page table locked; a write makes its slot worthless."""
    assert page.lock.locked, "the page lock keeps the answer true"
    if page.ksm or page.mapcount > 1:
        return Reuse.SHARED
    if not page.swapcache:
        return Reuse.IN_PLACE
    core.counters.reuse_decisions += 1
    core.counters.reuse_lookups += 1
    if page.mapcount + page_swapcount(core, page) > 1:
        return Reuse.SHARED
    kernel = core.machine.kernel
    if not page_under_writeback(page) or writeback_is_awaited(kernel, page):
        delete_from_swap_cache(core, page)
        page.dirty = True
        return Reuse.IN_PLACE
    required = stable_page_required(
        kernel, lambda: area_again(core, page), core.space(page.private)
    )
    if core.world.watched:
        verdict = "must be copied" if required else "is reused in place"
        core.world.tell(f"the page is under writeback, and {verdict}")
    if required:
        return Reuse.STABLE
    page.origin.let_go_by = reuse_swap_page.__name__
    return Reuse.IN_PLACE


def area_again(core: SwapCore, page: Page) -> SwapArea:
    """Look up the area of a page that page_swapcount has looked up before."""
    core.counters.reuse_lookups += 1
    return swap_info_get(core, page.private)
