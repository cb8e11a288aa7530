"""Migrating a page of a zspage to another frame, for whoever wants the old one [4.8 on].

Memory compaction isolates a page, copies it, and either frees the old frame or puts the page back.
The page is locked in each step, but not in between.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from fuzz.world.sync.work_queue import WorkQueue
from targets.linux.kernel.history.zsmalloc import PageMigration
from targets.linux.machine.errno import EAGAIN, EBUSY, EINVAL, ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_HIGHUSER_MOVABLE
from targets.linux.machine.page import copy_page, page_ref_inc
from targets.linux.zsmalloc.freeing import kick_deferred_free
from targets.linux.zsmalloc.fullness import is_listed, putback_zspage, remove_zspage
from targets.linux.zsmalloc.handle import check_cell, handle_to_obj, record_obj
from targets.linux.zsmalloc.layout import OBJ_ALLOCATED_TAG
from targets.linux.zsmalloc.locks import (
    let_go,
    lock_to_move,
    lock_zspage_users,
    try_hold,
    unlock_moved,
    unlock_zspage_users,
)
from targets.linux.zsmalloc.objects import note_object, object_region, payload_address, spans
from targets.linux.zsmalloc.structs import Group
from targets.linux.zsmalloc.zspage import location_of, number_at, obj_to_head, put_page

if TYPE_CHECKING:
    from collections.abc import Generator

    from fuzz.sanitize.memory.region import Region
    from targets.linux.machine.machine import Machine
    from targets.linux.machine.page import Page
    from targets.linux.zsmalloc.structs import Pool, Zspage

NEW_PAGE: Final = fault_point(
    "migrate.page", "allocate the frame that a page moves to", ENOMEM, capability="fail_page_alloc"
)


def create_free_work(machine: Machine) -> WorkQueue | None:
    """Make the worker that frees what could not be freed at once; None where pages never move."""
    match machine.kernel.features.page_migration:
        case PageMigration.NONE:
            return None
        case _:
            return WorkQueue(machine.world, "zs_free_work")


def migrate_page(pool: Pool, page: Page) -> None:
    """Move a page of the pool to another frame, as memory compaction does, or refuse.

    EBUSY: it is locked, or does not let itself be isolated. EAGAIN, EINVAL: its objects are in use.
    A page that its owner has freed meanwhile needs no moving.
    """
    if not page.refcount:  # get_page_unless_zero
        raise Refusal(EBUSY)
    page_ref_inc(page)
    try:
        if not isolate_movable_page(pool, page):
            raise Refusal(EBUSY)
        move_isolated_page(pool, page)
    finally:
        put_page(pool, page)


def isolate_movable_page(pool: Pool, page: Page) -> bool:
    """Keep a page for one migrator, if its owner lets it go and nobody else has it."""
    if not page.lock.try_acquire():
        return False
    free = is_movable(pool, page) and page.pfn not in pool.isolated_pages
    isolated = free and zs_page_isolate(pool, page)
    if isolated:
        pool.isolated_pages[page.pfn] = page
    page.lock.release()
    return isolated


def is_movable(pool: Pool, page: Page) -> bool:
    """Whether a page belongs to a zspage (PageMovable); False where zsmalloc moves no pages."""
    return pool.free_work is not None and page.pfn in pool.zspages


def move_isolated_page(pool: Pool, page: Page) -> None:
    """Copy an isolated page to a new frame, or put it back and refuse."""
    new = pool.memory.alloc_page(GFP_HIGHUSER_MOVABLE, NEW_PAGE)
    with page.lock:
        del pool.isolated_pages[page.pfn]
        if not is_movable(pool, page):
            if new is not None:
                put_page(pool, new)
            return
        try:
            if new is None:
                raise Refusal(ENOMEM)
            with _locked(new):
                zs_page_migrate(pool, new, page)
        except Refusal:
            zs_page_putback(pool, page)
            if new is not None:
                put_page(pool, new)
            raise


@contextmanager
def _locked(new: Page) -> Generator[None]:
    """Keep the lock of a new frame, which nobody else knows yet, until the move is over.

    Who finds its zspage empty meanwhile leaves that to the worker [migrate.c, __unmap_and_move].
    """
    taken = new.lock.try_acquire()
    assert taken, "nobody knows a frame that was just allocated"
    try:
        yield
    finally:
        new.lock.release()


def leaves_its_list(pool: Pool) -> bool:
    """Whether a zspage is on no list, and gives no objects, while a page of it is isolated."""
    match pool.features.page_migration:
        case PageMigration.BUSY_WHEN_EMPTY | PageMigration.PINNED | PageMigration.FREED_AFTERWARDS:
            return True
        case PageMigration.NONE | PageMigration.LOCKED | PageMigration.TRIED:
            return False


def zs_page_isolate(pool: Pool, page: Page) -> bool:
    """Announce that a page is about to move; False if its zspage is empty or being compacted.

    From 5.17 on it is only counted, if that, and nobody asks for the count.
    """
    zspage = pool.zspages[page.pfn]
    if not leaves_its_list(pool):
        return True
    with zspage.zs_class.lock:
        listed = is_listed(zspage)
        if not zspage.inuse or (not listed and not zspage.isolated):
            return False
        if listed:
            remove_zspage(zspage)
        zspage.isolated += 1
    return True


def zs_page_migrate(pool: Pool, new: Page, page: Page) -> None:
    """Copy an isolated page to `new` and let its zspage and its handles know, or refuse."""
    zspage = pool.zspages[page.pfn]
    match pool.features.page_migration:
        case PageMigration.NONE:
            raise AssertionError("pages do not move on this kernel")
        case PageMigration.BUSY_WHEN_EMPTY | PageMigration.PINNED | PageMigration.FREED_AFTERWARDS:
            zspage.lock.acquire_writing()
            lock_to_move(pool, zspage.zs_class)
            try:
                migrate_pinned(pool, zspage, new, page)
            finally:
                unlock_moved(pool, zspage.zs_class)
                zspage.lock.release_writing()
        case PageMigration.LOCKED | PageMigration.TRIED:
            lock_to_move(pool, zspage.zs_class)
            if not lock_zspage_users(pool, zspage):
                unlock_moved(pool, zspage.zs_class)
                raise Refusal(EINVAL)
            move_objects(pool, zspage, new, page, handles_in(pool, zspage, page))
            unlock_moved(pool, zspage.zs_class)
            unlock_zspage_users(pool, zspage)
    put_page(pool, page)


def migrate_pinned(pool: Pool, zspage: Zspage, new: Page, page: Page) -> None:
    """Move a page with all its objects pinned; EAGAIN when one is in use [4.8 to 5.15]."""
    empty = not zspage.inuse
    if empty and pool.features.page_migration is PageMigration.BUSY_WHEN_EMPTY:
        raise Refusal(EBUSY)
    pinned: list[int] = []
    try:
        for handle in [] if empty else handles_in(pool, zspage, page):
            if not try_hold(pool, handle):
                raise Refusal(EAGAIN)
            pinned.append(handle)
        move_objects(pool, zspage, new, page, pinned)
        leave_isolation(pool, zspage)
    finally:
        for handle in pinned:
            let_go(pool, handle)


def zs_page_putback(pool: Pool, page: Page) -> None:
    """Undo `zs_page_isolate` for a page that was not moved."""
    if not leaves_its_list(pool):
        return
    zspage = pool.zspages[page.pfn]
    with zspage.zs_class.lock:
        leave_isolation(pool, zspage, moved=False)


def leave_isolation(pool: Pool, zspage: Zspage, *, moved: bool = True) -> None:
    """Put a zspage back into its list once none of its pages is isolated.

    One that is empty is freed by the worker, since the page is locked now.
    Up to 5.2 that was forgotten if the page did move.
    """
    zspage.isolated -= 1
    if zspage.isolated or putback_zspage(zspage) != Group.EMPTY:
        return
    match pool.features.page_migration:
        case PageMigration.PINNED if moved:
            pass
        case _:
            kick_deferred_free(pool)


def handles_in(pool: Pool, zspage: Zspage, page: Page) -> list[int]:
    """Return the handles in the headers of the objects that begin in a page."""
    index = zspage.pages.index(page)
    heads = [
        obj_to_head(pool, zspage, number)
        for number, (own, _) in enumerate(zspage.layout.places)
        if own == index
    ]
    return [head & ~OBJ_ALLOCATED_TAG for head in heads if head & OBJ_ALLOCATED_TAG]


def handles_into(pool: Pool, zspage: Zspage, page: Page) -> list[int]:
    """Return the handle of the object that begins before a page and ends in it, if it is in use."""
    index = zspage.pages.index(page)
    heads = [
        obj_to_head(pool, zspage, number)
        for number, (own, _) in enumerate(zspage.layout.places)
        if own == index - 1 and spans(zspage, number)
    ]
    return [head & ~OBJ_ALLOCATED_TAG for head in heads if head & OBJ_ALLOCATED_TAG]


def move_objects(pool: Pool, zspage: Zspage, new: Page, page: Page, handles: list[int]) -> None:
    """Copy a page, put the copy in its place, and change the cells of the objects in it."""
    copy_page(new, page)
    for handle in handles_into(pool, zspage, page):
        pool.contents.write(handle)
    numbers: list[tuple[int, int, Region | None]] = []
    for handle in handles:
        check_cell(pool, handle)
        number = number_at(zspage, handle_to_obj(pool, handle))
        if number is not None:
            numbers.append((handle, number, object_region(pool, zspage, number)))
            pool.contents.write(handle)
            pool.shadow.free(payload_address(zspage, number), "zs_page_migrate")
    zspage.pages[zspage.pages.index(page)] = new  # replace_sub_page
    del pool.zspages[page.pfn]
    pool.zspages[new.pfn] = zspage
    for handle, number, old in numbers:
        record_obj(pool, handle, location_of(zspage, number))
        pool.shadow.copied(old, note_object(pool, zspage, number, handle, "zs_page_migrate"))
