"""Compaction: objects move from nearly empty zspages into nearly full ones of the same class.

Handles stay valid, since only their cells change; an object that is in use stays where it is.
The headers in the source say which handles to change, and nothing checks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.kernel.history.zsmalloc import Compaction, CompactionCount
from targets.linux.zsmalloc.freeing import free_zspage
from targets.linux.zsmalloc.fullness import isolate_zspage, putback_zspage
from targets.linux.zsmalloc.handle import cell_of, record_obj
from targets.linux.zsmalloc.layout import OBJ_ALLOCATED_TAG
from targets.linux.zsmalloc.locks import (
    is_contended,
    let_go,
    lock_to_move,
    lock_zspage_users,
    try_hold,
    unlock_moved,
    unlock_zspage_users,
)
from targets.linux.zsmalloc.objects import note_moved, read_object, write_object
from targets.linux.zsmalloc.shrinker import zs_can_compact
from targets.linux.zsmalloc.size_class import ZS_HANDLE_SIZE
from targets.linux.zsmalloc.structs import Group
from targets.linux.zsmalloc.zspage import location_of, obj_free, obj_malloc, obj_to_head

if TYPE_CHECKING:
    from targets.linux.zsmalloc.structs import Pool, ZsClass, Zspage

COMPACTING: Final = Point(
    "zsmalloc.compaction_in_progress",
    "does somebody compact the pool?",
    Access.WRITE,
    "zsmalloc compaction",
)

COMPACTED_READ: Final = Point(
    "zsmalloc.pages_compacted.read",
    "read what compaction has freed so far",
    Access.READ,
    "zsmalloc compacted",
)
COMPACTED_WRITE: Final = Point(
    "zsmalloc.pages_compacted.write",
    "write what compaction has freed now",
    Access.WRITE,
    "zsmalloc compacted",
)

SHRINK_STOP: Final = -1
"""What a shrinker answers when it is of no use now: all ones."""


@dataclass(slots=True)
class Control:
    """struct zs_compact_control: how far the emptying of one source has come."""

    source: Zspage
    number: int = 0
    """The object to look at next."""
    moved: int = 0
    pinned: int = 0
    """The handle of an object that could not be moved."""


def zs_compact(pool: Pool) -> int:
    """Compact every class, largest first; return the pages freed: now, or ever [up to 5.10].

    From 6.5 on it does nothing, and says so with 0, while somebody else compacts the pool.
    """
    if not begin_compaction(pool):
        return 0
    freed = 0
    for index in sorted(pool.classes, reverse=True):
        freed += __zs_compact(pool, pool.classes[index])
    pool.compacting = False
    match pool.features.compaction_count:
        case CompactionCount.LIFE:
            return pool.pages_compacted
        case CompactionCount.CALL:
            pool.compacted.write(marked=True)
            pool.pages_compacted += freed
            return freed


def zs_shrinker_scan(pool: Pool) -> int:
    """Compact for reclaim and return the pages freed, `SHRINK_STOP` for none.

    Up to 5.10 pages that somebody else freed meanwhile are taken for its own.
    """
    before = pool.pages_compacted
    freed = zs_compact(pool)
    match pool.features.compaction_count:
        case CompactionCount.LIFE:
            freed -= before
        case CompactionCount.CALL:
            pass
    return freed or SHRINK_STOP


def __zs_compact(pool: Pool, zs_class: ZsClass) -> int:
    """Compact one class and return the pages that it had to give back."""
    lock_to_move(pool, zs_class)
    match pool.features.compaction:
        case Compaction.BY_SOURCE:
            freed = compact_by_source(pool, zs_class)
        case Compaction.BY_TARGET:
            freed = compact_by_target(pool, zs_class)
    unlock_moved(pool, zs_class)
    return freed


def compact_by_source(pool: Pool, zs_class: ZsClass) -> int:
    """Empty source after source, dropping the locks in between [up to 6.3]."""
    freed = 0
    while (source := isolate_zspage(zs_class, source=True)) is not None:
        lock_zspage_users(pool, source)
        control = Control(source)
        goes_on = zs_can_compact(pool, zs_class) > 0 and empty_source(pool, zs_class, control)
        freed += put_back_source(pool, source)
        if not goes_on:
            break
        unlock_moved(pool, zs_class)
        pool.world.might_sleep()
        wait_for_pin(pool, control)
        lock_to_move(pool, zs_class)
    return freed


def compact_by_target(pool: Pool, zs_class: ZsClass) -> int:
    """Fill one target from source after source, until it is full or the locks are wanted [6.5]."""
    freed = 0
    target: Zspage | None = None
    while zs_can_compact(pool, zs_class) > 0:
        target = target or isolate_target(pool, zs_class)
        source = isolate_zspage(zs_class, source=True) if target is not None else None
        if target is None or source is None:
            break
        both = pool.features.compaction_locks_target
        if not lock_zspage_users(pool, source, second=both):
            putback_zspage(source)
            break
        migrate_zspage(pool, target, Control(source))
        freed += put_back_source(pool, source)
        if target.inuse == target.zs_class.facts.objects or is_contended(pool):
            put_back_target(pool, target)
            target = None
            unlock_moved(pool, zs_class)
            pool.world.might_sleep()
            lock_to_move(pool, zs_class)
    if target is not None:
        put_back_target(pool, target)
    return freed


def empty_source(pool: Pool, zs_class: ZsClass, control: Control) -> bool:
    """Move all that can be moved; False when there was no room for it any more."""
    while (target := isolate_target(pool, zs_class, second=True)) is not None:
        done = migrate_zspage(pool, target, control)
        put_back_target(pool, target)
        if done:
            return True
        if is_contended(pool):
            break
    return False


def isolate_target(pool: Pool, zs_class: ZsClass, *, second: bool = False) -> Zspage | None:
    """Take out a zspage to fill; up to 6.8 nobody uses its objects meanwhile.

    `second` says that a source is locked already.
    """
    target = isolate_zspage(zs_class, source=False)
    if target is not None and pool.features.compaction_locks_target:
        lock_zspage_users(pool, target, second=second)
    return target


def put_back_target(pool: Pool, target: Zspage) -> None:
    """Undo `isolate_target`."""
    putback_zspage(target)
    if pool.features.compaction_locks_target:
        unlock_zspage_users(pool, target)


def put_back_source(pool: Pool, source: Zspage) -> int:
    """Put a source back, or free it; the pages of one that must wait for that count as well."""
    group = putback_zspage(source)
    unlock_zspage_users(pool, source)
    if group != Group.EMPTY:
        return 0
    pages = source.zs_class.facts.pages
    free_zspage(pool, source)
    pool.compacted_for_judges += pages
    match pool.features.compaction_count:
        case CompactionCount.LIFE:
            count_compacted(pool, pages)
        case CompactionCount.CALL:
            pass
    return pages


def count_compacted(pool: Pool, pages: int) -> None:
    """Add to the count with nothing but the lock of one class: two tasks may lose an update."""
    pool.world.reach(COMPACTED_READ, pool.number)
    before = pool.pages_compacted
    pool.world.reach(COMPACTED_WRITE, pool.number)
    pool.compacted.write()
    pool.pages_compacted = before + pages


def begin_compaction(pool: Pool) -> bool:
    """Whether to compact: not if somebody does already, where that is asked [6.5]."""
    if not pool.features.one_compaction:
        return True
    pool.world.reach(COMPACTING, pool.number)
    if pool.compacting:
        return False
    pool.compacting = True
    return True


def migrate_zspage(pool: Pool, target: Zspage, control: Control) -> bool:
    """Move objects into `target`; False when it is full and there are more to move."""
    source = control.source
    for number in range(control.number, len(source.layout.places)):
        control.number = number
        handle = find_alloced_obj(pool, control)
        if handle:
            if target.inuse == target.zs_class.facts.objects:
                let_go(pool, handle)
                return False
            move_object(pool, source, target, number, handle)
            control.moved += 1
    return True


def wait_for_pin(pool: Pool, control: Control) -> None:
    """Let the user of a pinned object finish, if that is all that is in the way [up to 5.15].

    The kernel comes back to the same source until it does; here one wait stands for the rounds.
    """
    if control.pinned and not control.moved:
        pin = cell_of(pool, control.pinned).pin
        pin.acquire()
        pin.release()


def find_alloced_obj(pool: Pool, control: Control) -> int:
    """Return the handle of the object that a header speaks of; 0 if it is free or in use."""
    head = obj_to_head(pool, control.source, control.number)
    if not head & OBJ_ALLOCATED_TAG:
        return 0
    handle = head & ~OBJ_ALLOCATED_TAG
    if try_hold(pool, handle):
        return handle
    control.pinned = handle
    return 0


def move_object(pool: Pool, source: Zspage, target: Zspage, number: int, handle: int) -> None:
    """Copy an object that nobody uses, change its handle's cell, and free the old place."""
    new = obj_malloc(pool, target, handle)
    pool.contents.write(handle)
    write_object(pool, target, new, read_object(pool, source, number)[ZS_HANDLE_SIZE:])
    record_obj(pool, handle, location_of(target, new))
    let_go(pool, handle)
    note_moved(pool, (source, number), (target, new), handle)
    obj_free(pool, source, number)
