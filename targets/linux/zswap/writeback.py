"""Writeback: an entry becomes a page of the swap cache, which is written to the swap device."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.kernel.history.zswap import ZswapRecheck
from targets.linux.machine.errno import EEXIST, EIO, ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_HIGHUSER_MOVABLE
from targets.linux.mm.references import put_page
from targets.linux.swap.area import swp_offset
from targets.linux.swap.cache import delete_from_swap_cache, lookup_swap_cache
from targets.linux.swap.io import swap_writepage_to_disk
from targets.linux.swap.swapin import insert_new_page, is_skipped, wait_for_reservation
from targets.linux.zswap.entries import (
    erase,
    header_size,
    references_are_counted,
    tree_of,
    zswap_entry_find_get,
    zswap_entry_put,
    zswap_free_entry,
)
from targets.linux.zswap.load import zswap_decompress

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.swap.area import Entry
    from targets.linux.zswap.zswap import Zswap, ZswapEntry

WRITEBACK_PAGE: Final = fault_point(
    "zswap.writeback.page", "a page for what is written back", ENOMEM, capability="fail_page_alloc"
)


def zswap_writeback_handle(zswap: Zswap, handle: int) -> str:
    """Write back the slot that an object of zbud names in its header (evict) [until 6.4]."""
    swpentry = int.from_bytes(zswap.pool.read(handle, header_size(zswap)), "little")
    tree = tree_of(zswap, swpentry)
    entry = tree and zswap_entry_find_get(zswap, tree, swp_offset(swpentry))
    if tree is None or entry is None:
        return ""
    error = zswap_writeback_entry(zswap, entry, swpentry)
    with tree.lock:
        zswap_entry_put(zswap, tree, entry)
        if not error and tree.entries.get(swp_offset(swpentry)) is entry:
            zswap_entry_put(zswap, tree, entry)
    return error


def zswap_writeback_entry(zswap: Zswap, entry: ZswapEntry, swpentry: Entry) -> str:
    """Write an entry to its slot; return nothing, or the errno name that says why not.

    The swap cache has the page when this is over, clean if the device has it.
    """
    core = zswap.core
    page, is_new = zswap_get_swap_cache_page(zswap, swpentry)
    if page is None:
        return ENOMEM
    if not is_new:
        put_page(core, page)
        return EEXIST
    if not still_current(zswap, entry, swpentry):
        return abandon(zswap, page)
    if not zswap_decompress(zswap, entry, page):
        delete_from_swap_cache(core, page)
        page.lock.release()
        put_page(core, page)
        return EIO
    take_out(zswap, entry, swpentry)
    page.origin.filled_by = zswap_writeback_entry.__name__
    page.uptodate = True
    page.reclaim = True
    if core.world.watched:
        core.world.tell(f"zswap writes slot {swp_offset(swpentry)} back")
    with suppress(Refusal):  # the page is dirty again, and stays in the swap cache
        swap_writepage_to_disk(core, page)
    put_page(core, page)
    zswap.counters.written_back_pages += 1
    return ""


def zswap_get_swap_cache_page(zswap: Zswap, swpentry: Entry) -> tuple[Page | None, bool]:
    """Return the page of a slot in the swap cache, and whether it is new, locked and empty.

    No page means that there is no memory, or that nobody needs the slot any more.
    """
    core = zswap.core
    new_page = None
    while (found := lookup_swap_cache(core, swpentry)) is None:
        if is_skipped(core, swpentry):
            break
        new_page = new_page or core.memory.alloc_page(GFP_HIGHUSER_MOVABLE, WRITEBACK_PAGE)
        if new_page is None:
            return None, False
        refusal = insert_new_page(core, new_page, swpentry)
        if not refusal:
            return new_page, True
        if refusal != EEXIST or zswap.machine.kernel.features.zswap_skips_reserved:
            break
        wait_for_reservation(core, swpentry)
    if new_page is not None:
        put_page(core, new_page)
    return found, False


def still_current(zswap: Zswap, entry: ZswapEntry, swpentry: Entry) -> bool:
    """Whether the slot is still the entry's, as far as the kernel looks."""
    match recheck(zswap):
        case ZswapRecheck.NEVER:
            return True
        case ZswapRecheck.ABANDONS_PAGE | ZswapRecheck.RELEASES_PAGE:
            tree = tree_of(zswap, swpentry)
            if tree is None:
                return False
            with tree.lock:
                return tree.entries.get(swp_offset(swpentry)) is entry


def abandon(zswap: Zswap, page: Page) -> str:
    """Give up a page of the swap cache whose slot has another owner."""
    core = zswap.core
    delete_from_swap_cache(core, page)
    match recheck(zswap):
        case ZswapRecheck.NEVER | ZswapRecheck.ABANDONS_PAGE:
            pass
        case ZswapRecheck.RELEASES_PAGE:
            page.lock.release()
            put_page(core, page)
    return ENOMEM


def take_out(zswap: Zswap, entry: ZswapEntry, swpentry: Entry) -> None:
    """Free the entry before its page is written, where nobody counts references [6.12]."""
    tree = tree_of(zswap, swpentry)
    if tree is None or references_are_counted(zswap):
        return
    with tree.lock:
        erased = erase(tree, entry)
    if erased:
        zswap_free_entry(zswap, entry)


def recheck(zswap: Zswap) -> ZswapRecheck:
    """Return what the kernel does about a slot that has changed hands."""
    return zswap.machine.kernel.features.zswap_recheck
