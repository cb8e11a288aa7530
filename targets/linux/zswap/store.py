"""Storing: a page that is swapped out stays in memory, compressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.kernel.history.zswap import ZswapOlder
from targets.linux.machine.errno import ENOMEM, ENOSPC, Refusal
from targets.linux.machine.gfp import GFP_KERNEL, Gfp
from targets.linux.machine.page import PAGE_BYTES_READ, PAGE_SIZE
from targets.linux.machine.slab import failslab_exempt
from targets.linux.swap.area import swp_offset
from targets.linux.zswap.contexts import compress_page
from targets.linux.zswap.entries import header_size, insert, invalidate_offset, tree_of
from targets.linux.zswap.limits import has_room
from targets.linux.zswap.zswap import ZswapEntry

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.zswap.zswap import Tree, Zswap

ZSWAP_ENTRY: Final = fault_point(
    "zswap.entry", "zswap_entry_cache_alloc: an entry", ENOMEM, capability="failslab"
)
POOL_MASK: Final = Gfp.NORETRY | Gfp.NOWARN | Gfp.KSWAPD_RECLAIM
"""It cannot sleep: a context is held, and who stores is making memory free."""

WORD: Final = 8
"""Bytes of the word that a page may be made of."""


def zswap_store(zswap: Zswap, page: Page) -> bool:
    """Keep a locked page of the swap cache; False if the device must.

    In any case no older copy of its slot is left that could be written over the new one.
    """
    tree = tree_of(zswap, page.private)
    if tree is None:
        return False
    offset = swp_offset(page.private)
    match zswap.machine.kernel.features.zswap_older:
        case ZswapOlder.FIRST:
            if not zswap.enabled and not zswap.machine.kernel.features.zswap_off_forgets:
                return False
            if invalidate_offset(zswap, tree, offset):
                zswap.counters.duplicate_entry += 1
            return zswap.enabled and stored(zswap, tree, page)
        case ZswapOlder.WHEN_REFUSED:
            if zswap.enabled and stored(zswap, tree, page):
                return True
            invalidate_offset(zswap, tree, offset)
            return False


def stored(zswap: Zswap, tree: Tree, page: Page) -> bool:
    """Make an entry of a page and put it into its tree."""
    if not has_room(zswap):
        _tell(zswap, "zswap is full")
        return False
    zswap.core.memory.fs_reclaim.might_alloc(GFP_KERNEL)
    if zswap.world.fault(ZSWAP_ENTRY, page.pfn, exempt=failslab_exempt(GFP_KERNEL)) is not None:
        zswap.counters.reject_kmemcache_fail += 1
        return False
    entry = same_filled_entry(zswap, page) or compressed_entry(zswap, page)
    if entry is None:
        return False
    entry.referenced = True
    insert(zswap, tree, entry)
    return True


def same_filled_entry(zswap: Zswap, page: Page) -> ZswapEntry | None:
    """Return the entry of a page that repeats one word, on a kernel that looks for that."""
    if not zswap.machine.kernel.features.zswap_same_filled:
        return None
    zswap.world.reach(PAGE_BYTES_READ, page.pfn)
    word = bytes(page.bytes[:WORD])
    if bytes(page.bytes) != word * (PAGE_SIZE // WORD):
        return None
    zswap.counters.same_filled_pages += 1
    return ZswapEntry(page.private, value=word)


def compressed_entry(zswap: Zswap, page: Page) -> ZswapEntry | None:
    """Return the entry of a page that was compressed into the pool (zswap_compress)."""
    with zswap.contexts.held():
        zswap.contexts.use_buffer()
        block = what_is_stored(zswap, page)
        if block is None:
            return None
        header = page.private.to_bytes(8, "little")[: header_size(zswap)]
        try:
            handle = zswap.pool.malloc(len(header) + len(block), POOL_MASK)
        except Refusal as refusal:
            if refusal.name == ENOSPC:
                zswap.counters.reject_compress_poor += 1
            else:
                zswap.counters.reject_alloc_fail += 1
            _tell(zswap, f"zswap has no room for {len(block)} bytes: {refusal.name}")
            return None
        zswap.contexts.use_buffer()
        zswap.pool.write(handle, header + block)
    _tell(zswap, f"zswap keeps {len(block)} bytes")
    return ZswapEntry(page.private, handle, len(block))


def what_is_stored(zswap: Zswap, page: Page) -> bytes | None:
    """Compress a page; None when it is refused, because it does not become smaller or at all."""
    block = compress_page(zswap.machine, page)
    if block is not None and len(block) < PAGE_SIZE:
        return block
    if zswap.machine.kernel.features.zswap_stores_incompressible:
        zswap.world.reach(PAGE_BYTES_READ, page.pfn)
        return bytes(page.bytes)
    if block is None:
        zswap.counters.reject_compress_fail += 1
    else:
        zswap.counters.reject_compress_poor += 1
    return None


def _tell(zswap: Zswap, text: str) -> None:
    if zswap.world.watched:
        zswap.world.tell(text)
