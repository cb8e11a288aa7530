"""Reference counts of pages: whoever drops the last one frees the page [4.9 linux/mm.h]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.machine.page import page_ref_dec, page_ref_inc

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.swap.core import SwapCore


def get_page(page: Page) -> None:
    """Hold a page; the caller knows that somebody else holds it."""
    page_ref_inc(page)


def put_page(core: SwapCore, page: Page) -> None:
    """Let go of a page, and free it if nobody holds it any more."""
    if page_ref_dec(page):
        free_page(core, page)


def free_page(core: SwapCore, page: Page) -> None:
    """Give the frame back: nothing maps it, caches it or does I/O on it any more."""
    assert not page.mapcount, "a page that is freed is not mapped"
    assert not page.swapcache, "a page that is freed is not in the swap cache"
    assert not page.writeback, "a page that is freed is not under writeback"
    core.memory.free_page(page)
