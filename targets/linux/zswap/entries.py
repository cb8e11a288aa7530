"""Entries: finding them, counting who uses them, taking them out and freeing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.world.shared import share
from targets.linux.kernel.history.zswap import ZswapShrink
from targets.linux.swap.area import swp_offset, swp_type

if TYPE_CHECKING:
    from targets.linux.swap.area import Entry
    from targets.linux.zswap.zswap import Tree, Zswap, ZswapEntry

HEADER_SIZE: Final = 8
"""A swap entry, in bytes."""


def tree_of(zswap: Zswap, swpentry: Entry) -> Tree | None:
    """Return the tree of an entry's area; None while the area is off (swap_zswap_tree)."""
    return zswap.trees.get(swp_type(swpentry))


def zswap_entry_find_get(zswap: Zswap, tree: Tree, offset: int) -> ZswapEntry | None:
    """Find an entry and hold it, where kernels count that; takes the lock of the tree."""
    with tree.lock:
        entry = tree.entries.get(offset)
        if entry is not None and references_are_counted(zswap):
            zswap_entry_get(zswap, entry)
        return entry


def zswap_entry_get(zswap: Zswap, entry: ZswapEntry) -> None:
    """Hold an entry that the locked tree still has."""
    zswap.references.taken(entry.number, entry.refcount)
    entry.refcount += 1


def zswap_entry_put(zswap: Zswap, tree: Tree, entry: ZswapEntry) -> None:
    """Drop a reference, the tree locked; the last one frees, whether the tree still has it."""
    zswap.references.dropped(entry.number, entry.refcount)
    entry.refcount -= 1
    if not entry.refcount:
        erase(tree, entry)
        zswap_free_entry(zswap, entry)


def zswap_entry_release(zswap: Zswap, tree: Tree, entry: ZswapEntry) -> None:
    """Drop the reference that `zswap_entry_find_get` took, if any."""
    if references_are_counted(zswap):
        with tree.lock:
            zswap_entry_put(zswap, tree, entry)


def zswap_invalidate_entry(zswap: Zswap, tree: Tree, entry: ZswapEntry) -> None:
    """Take an entry out of its locked tree, and drop the reference of the tree."""
    if erase(tree, entry):
        zswap_entry_put(zswap, tree, entry)


def invalidate_offset(zswap: Zswap, tree: Tree, offset: int) -> bool:
    """Forget a slot, and say whether there was anything to forget."""
    with tree.lock:
        entry = tree.entries.get(offset)
        if entry is not None:
            zswap_invalidate_entry(zswap, tree, entry)
        return entry is not None


def insert(zswap: Zswap, tree: Tree, entry: ZswapEntry) -> None:
    """Put an entry into its tree, in place of an older one."""
    offset = swp_offset(entry.swpentry)
    share(zswap.world, entry, offset)
    zswap.entries_made += 1
    entry.number = zswap.entries_made
    zswap.core.memory.slab.born(entry, f"the zswap entry of slot {offset}")
    zswap.references.made(entry.number)
    with tree.lock:
        older = tree.entries.get(offset)
        if older is not None:
            zswap.counters.duplicate_entry += 1
            zswap_invalidate_entry(zswap, tree, older)
        tree.entries[offset] = entry
        if entry.length:
            zswap_lru_add(zswap, entry)
    zswap.counters.stored_pages += 1


def erase(tree: Tree, entry: ZswapEntry) -> bool:
    """Take an entry out of its tree, if it is there; say whether it was."""
    offset = swp_offset(entry.swpentry)
    if tree.entries.get(offset) is not entry:
        return False
    del tree.entries[offset]
    return True


def zswap_free_entry(zswap: Zswap, entry: ZswapEntry) -> None:
    """Give back what an entry holds; nobody can find it any more."""
    zswap.counters.stored_pages -= 1
    zswap.references.gone(entry.number)
    if entry.length:
        zswap_lru_del(zswap, entry)
        zswap.pool.free(entry.handle)
    else:
        zswap.counters.same_filled_pages -= 1
    zswap.core.memory.slab.free(entry)  # zswap_entry_cache_free


# Age


def zswap_lru_add(zswap: Zswap, entry: ZswapEntry) -> None:
    """Make an entry the newest; with zbud the allocator knows the age of its pages instead."""
    match shrink_kind(zswap):
        case ZswapShrink.ZPOOL:
            pass
        case ZswapShrink.LRU | ZswapShrink.SECOND_CHANCE:
            with zswap.lru_lock:
                zswap.lru.append(entry)


def zswap_lru_del(zswap: Zswap, entry: ZswapEntry) -> None:
    """Take an entry off the list, if it is there."""
    match shrink_kind(zswap):
        case ZswapShrink.ZPOOL:
            pass
        case ZswapShrink.LRU | ZswapShrink.SECOND_CHANCE:
            with zswap.lru_lock:
                if entry in zswap.lru:
                    zswap.lru.remove(entry)


def zswap_lru_renew(zswap: Zswap, entry: ZswapEntry) -> None:
    """Make an entry the newest again, because it was used or could not be written."""
    if entry.length:
        zswap_lru_del(zswap, entry)
        zswap_lru_add(zswap, entry)


def header_size(zswap: Zswap) -> int:
    """Return how many bytes before a compressed page name its slot, for who evicts objects."""
    return HEADER_SIZE if shrink_kind(zswap) is ZswapShrink.ZPOOL else 0


def shrink_kind(zswap: Zswap) -> ZswapShrink:
    """Return who knows the oldest entry."""
    return zswap.machine.kernel.features.zswap_shrink


def references_are_counted(zswap: Zswap) -> bool:
    """Whether who uses an entry holds it; later kernels have other ways to keep it."""
    return zswap.machine.kernel.features.zswap_references
