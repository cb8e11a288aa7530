"""Freeing a slot of a device in memory as soon as it was read [until 5.17 mm/page_io.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.kernel.history.swap_io import EarlyFree
from targets.linux.swap.area import swp_offset, swp_type
from targets.linux.swap.flags import SWP_BLKDEV
from targets.linux.swap.users import swap_count_of

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.swap.core import SwapCore


def swap_slot_free_notify(core: SwapCore, page: Page) -> None:
    """Let a device in memory forget what was just read: two copies would be a waste.

    The page is then the only copy, hence dirty, although page tables may still count the slot.
    """
    if not may_be_forgotten(core, page):
        return
    area = core.swap_info[swp_type(page.private)]
    if area.flags & SWP_BLKDEV and area.disk is not None:
        operations = area.disk.operations
        if operations.has_slot_free_notify:
            page.dirty = True
            operations.swap_slot_free_notify(swp_offset(page.private))


def may_be_forgotten(core: SwapCore, page: Page) -> bool:
    """Whether the slot of a locked page that was read may become empty: it is in the swap cache."""
    if not page.swapcache:
        return False
    match core.machine.kernel.features.early_free:
        case EarlyFree.NEVER:
            return False
        case EarlyFree.ALWAYS:
            return True
        case EarlyFree.COUNTED_ONCE:
            return swap_count_of(core, page.private) == 1
