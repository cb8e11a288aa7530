"""Compaction: objects move from nearly empty zspages into nearly full ones of the same class.

Handles stay valid, since only their cells change; a pinned object stays where it is.
The headers in the source say which handles to change, and nothing checks them [4.6 to 4.10].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from targets.linux.zsmalloc.fullness import isolate_zspage, putback_zspage
from targets.linux.zsmalloc.handle import record_obj, trypin_tag, unpin_tag
from targets.linux.zsmalloc.layout import OBJ_ALLOCATED_TAG
from targets.linux.zsmalloc.objects import payload_address, read_object, write_object
from targets.linux.zsmalloc.pool import free_zspage, note_object
from targets.linux.zsmalloc.size_class import ZS_HANDLE_SIZE
from targets.linux.zsmalloc.structs import Group
from targets.linux.zsmalloc.zspage import head_of, location_of, obj_free, obj_malloc

if TYPE_CHECKING:
    from targets.linux.zsmalloc.structs import Pool, ZsClass, Zspage


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
    """Compact every class, largest first; return the pages freed so far over the pool's life."""
    for index in sorted(pool.classes, reverse=True):
        __zs_compact(pool, pool.classes[index])
    return pool.pages_compacted


def zs_can_compact(zs_class: ZsClass) -> int:
    """Return how many pages compaction could free if nothing was pinned."""
    unused = zs_class.obj_allocated - zs_class.obj_used
    return max(0, unused) // zs_class.facts.objects * zs_class.facts.pages


def __zs_compact(pool: Pool, zs_class: ZsClass) -> None:
    """Empty source after source, dropping the lock of the class in between."""
    zs_class.lock.acquire()
    while (source := isolate_zspage(zs_class, source=True)) is not None:
        control = Control(source)
        goes_on = zs_can_compact(zs_class) > 0 and empty_source(pool, zs_class, control)
        if putback_zspage(source) is Group.EMPTY:
            free_zspage(pool, source)
            pool.pages_compacted += zs_class.facts.pages
        if not goes_on:
            break
        zs_class.lock.release()
        pool.world.might_sleep()
        wait_for_pin(pool, control)
        zs_class.lock.acquire()
    zs_class.lock.release()


def empty_source(pool: Pool, zs_class: ZsClass, control: Control) -> bool:
    """Move all that can be moved; False when there was no room for it any more."""
    while (target := isolate_zspage(zs_class, source=False)) is not None:
        done = migrate_zspage(pool, target, control)
        putback_zspage(target)
        if done:
            return True
    return False


def migrate_zspage(pool: Pool, target: Zspage, control: Control) -> bool:
    """Move objects into `target`; False when it is full and there are more to move."""
    source = control.source
    for number in range(control.number, len(source.layout.places)):
        control.number = number
        handle = find_alloced_obj(pool, control)
        if handle:
            if target.inuse == target.zs_class.facts.objects:
                unpin_tag(pool, handle)
                return False
            move_object(pool, source, target, number, handle)
            control.moved += 1
    return True


def wait_for_pin(pool: Pool, control: Control) -> None:
    """Let the user of a pinned object finish, if that is all that is in the way.

    The kernel comes back to the same source until it does; here one wait stands for the rounds.
    """
    if control.pinned and not control.moved:
        pin = pool.cells[control.pinned].pin
        pin.acquire()
        pin.release()


def find_alloced_obj(pool: Pool, control: Control) -> int:
    """Pin the object that a header speaks of and return its handle; 0 if it is free or pinned."""
    head = head_of(control.source, control.number)
    if not head & OBJ_ALLOCATED_TAG:
        return 0
    handle = head & ~OBJ_ALLOCATED_TAG
    if trypin_tag(pool, handle):
        return handle
    control.pinned = handle
    return 0


def move_object(pool: Pool, source: Zspage, target: Zspage, number: int, handle: int) -> None:
    """Copy a pinned object, change its handle's cell, and free the old place."""
    new = obj_malloc(pool, target, handle)
    write_object(pool, target, new, read_object(pool, source, number)[ZS_HANDLE_SIZE:])
    record_obj(pool, handle, location_of(target, new))
    unpin_tag(pool, handle)
    pool.shadow.free(payload_address(source, number), "zs_compact")
    note_object(pool, target, new, handle, "zs_compact")
    obj_free(pool, source, number)
