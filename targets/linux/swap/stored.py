"""What becomes of a page that need not go to the device [mm/page_io.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.kernel.history.swap_io import StoredPage
from targets.linux.machine.page import end_page_writeback, set_page_writeback
from targets.linux.swap.frontswap import frontswap_store
from targets.linux.swap.zeromap import swap_zeromap_store

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.swap.core import SwapCore


def store_without_io(core: SwapCore, page: Page) -> bool:
    """Keep a locked page as a bit, or in the cache in front of swap, and unlock it.

    False, and the page still locked, if it must be written to the device.
    """
    if swap_zeromap_store(core, page):
        page.lock.release()
        return True
    if not frontswap_store(core, page):
        return False
    match core.machine.kernel.features.stored_page:
        case StoredPage.PASSES_WRITEBACK:
            set_page_writeback(page)
            page.lock.release()
            end_page_writeback(page)
        case StoredPage.UNLOCKED:
            page.lock.release()
    return True
