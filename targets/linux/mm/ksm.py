"""KSM: pages of equal contents become one, which nobody may write to [4.9 to 6.19 mm/ksm.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.machine.errno import ENOMEM
from targets.linux.machine.gfp import GFP_HIGHUSER_MOVABLE
from targets.linux.machine.page import NOT_ANON
from targets.linux.mm.copy_on_write import copy_user_page

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.swap.core import SwapCore

KSM_COPY: Final = fault_point(
    "ksm.copy",
    "a page for who shares a slot, but not the place of the page",
    ENOMEM,
    capability="fail_page_alloc",
)


def ksm_might_need_to_copy(core: SwapCore, page: Page, index: int) -> Page | None:
    """Return the page to map at an index for a locked page of the swap cache; None without memory.

    Pages that were merged, then swapped, come back as one ordinary page, which belongs where it
    was mapped first; whoever shares its slot from elsewhere gets a copy, locked.
    All processes descend from one, so the index alone says whether a page belongs to a place.
    """
    if not core.machine.kernel.build.ksm:
        return page
    if page.ksm or page.index in (NOT_ANON, index) or not page.uptodate:
        return page
    copy = core.memory.alloc_page(GFP_HIGHUSER_MOVABLE, KSM_COPY)
    if copy is None:
        return None
    copy_user_page(core, copy, page)
    copy.dirty = True
    taken = copy.lock.try_acquire()
    assert taken, "nobody knows a new page"
    return copy
