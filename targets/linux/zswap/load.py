"""Loading: a page that is swapped in comes from its entry, if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.kernel.history.zswap import ZswapCopy
from targets.linux.machine.oops import bug
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.swap.area import swp_offset
from targets.linux.swap.frontswap import Load
from targets.linux.zswap.contexts import decompressed, fill_from_entry
from targets.linux.zswap.entries import (
    header_size,
    invalidate_offset,
    tree_of,
    zswap_entry_find_get,
    zswap_entry_release,
    zswap_lru_renew,
)

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.zswap.zswap import Tree, Zswap, ZswapEntry


def zswap_load(zswap: Zswap, page: Page) -> Load:
    """Fill a locked page from the entry of its slot, if there is one."""
    tree = tree_of(zswap, page.private)
    if tree is None:
        return Load.MISS
    entry = zswap_entry_find_get(zswap, tree, swp_offset(page.private))
    if entry is None:
        return Load.MISS
    page.origin.filled_by = zswap_load.__name__
    filled = zswap_decompress(zswap, entry, page)
    if filled:
        settle(zswap, tree, entry, page)
    zswap_entry_release(zswap, tree, entry)
    return Load.HIT if filled else Load.FAILED


def zswap_decompress(zswap: Zswap, entry: ZswapEntry, page: Page) -> bool:
    """Fill a page from an entry; False when it is damaged, which older kernels do not survive."""
    if not entry.length:
        fill_from_entry(zswap.machine, page, entry.value * (PAGE_SIZE // len(entry.value)))
        return True
    with zswap.contexts.held():
        zswap.contexts.use_buffer()
        skipped = header_size(zswap)
        data = decompressed(
            zswap.machine, zswap.pool.read(entry.handle, skipped + entry.length)[skipped:]
        )
        if data is not None:
            fill_from_entry(zswap.machine, page, data)
    if data is None and not zswap.machine.kernel.features.zswap_load_errors:
        bug(zswap.world, f"what zswap has of slot {swp_offset(page.private)} does not decompress")
    return data is not None


def settle(zswap: Zswap, tree: Tree, entry: ZswapEntry, page: Page) -> None:
    """Do with an entry what the kernel does when its page was loaded.

    A page that is not in the swap cache may be dropped by the fault that reads it: no owner yet.
    """
    match zswap.machine.kernel.features.zswap_copy:
        case ZswapCopy.KEPT:
            with tree.lock:
                if tree.entries.get(swp_offset(page.private)) is entry:
                    zswap_lru_renew(zswap, entry)
        case ZswapCopy.DROPPED:
            if page.swapcache:
                page.dirty = True
                invalidate_offset(zswap, tree, swp_offset(page.private))
