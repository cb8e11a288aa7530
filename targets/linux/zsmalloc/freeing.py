"""Freeing zspages that have no objects left: at once, or later if somebody has locked a page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.machine.oops import paging_request
from targets.linux.machine.page import page_ref_inc
from targets.linux.zsmalloc.fullness import remove_zspage
from targets.linux.zsmalloc.promises import USE_AFTER_FREE
from targets.linux.zsmalloc.structs import Group
from targets.linux.zsmalloc.zspage import FREED, is_freed, put_page, release_zspage, reset_pages

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.zsmalloc.structs import Pool, Zspage

PAGES_READ: Final = Point(
    "zsmalloc.pages_allocated.read", "how many pages has the pool?", Access.READ, "zsmalloc pages"
)
PAGES_WRITE: Final = Point(
    "zsmalloc.pages_allocated.change", "count a zspage", Access.WRITE, "zsmalloc pages"
)
TRYLOCK: Final = Point(
    "zsmalloc.trylock_zspage", "has somebody locked a page of the zspage?", Access.READ, "page"
)


def free_zspage(pool: Pool, zspage: Zspage) -> None:
    """Give back a zspage without objects, or have it done later; the lock of its class is held."""
    if is_freed(pool, zspage):
        paging_request(pool.world, USE_AFTER_FREE, FREED)
    if not trylock_zspage(pool, zspage):
        kick_deferred_free(pool)
        return
    reset_pages(pool, zspage)
    remove_zspage(zspage)
    __free_zspage(pool, zspage)


def trylock_zspage(pool: Pool, zspage: Zspage) -> bool:
    """Whether nobody has locked a page of the zspage; where pages never move, nobody can have.

    The kernel locks the pages until they are freed, which happens at once: no point lies between.
    """
    if pool.free_work is None:
        return True
    pool.world.reach(TRYLOCK, zspage.pages[0].pfn)
    return not any(page.lock.locked for page in zspage.pages)


def __free_zspage(pool: Pool, zspage: Zspage) -> None:
    """Give back the pages of a zspage that is on no list, and count that."""
    release_zspage(pool, zspage)
    zspage.zs_class.obj_allocated -= zspage.zs_class.facts.objects
    pages_allocated_add(pool, -zspage.zs_class.facts.pages)


def kick_deferred_free(pool: Pool) -> None:
    """Have the empty zspages of all classes freed by a worker (schedule_work)."""
    if pool.free_work is not None and not pool.free_work_pending:
        pool.free_work_pending = True
        pool.free_work.add(partial(async_free_zspage, pool))


def async_free_zspage(pool: Pool) -> None:
    """Take the empty zspages of all classes, and free each once all its pages can be locked."""
    pool.free_work_pending = False
    found: list[Zspage] = []
    for index in sorted(pool.classes):
        zs_class = pool.classes[index]
        with zs_class.lock:
            found += zs_class.lists[Group.EMPTY]
            zs_class.lists[Group.EMPTY].clear()
    for zspage in found:
        locked = lock_zspage(pool, zspage)
        with zspage.zs_class.lock:
            reset_pages(pool, zspage)
            for page in locked:  # whose last reference goes next
                page.lock.release()
            __free_zspage(pool, zspage)


def lock_zspage(pool: Pool, zspage: Zspage) -> list[Page]:
    """Lock all pages of a zspage, sleeping; one that moved meanwhile gives its place to the new.

    Up to 5.17 nobody held a page while he waited for it, nor looked again [5.19 2505a981114d].
    """
    locked: list[Page] = []
    for number in range(len(zspage.pages)):
        while True:
            page = zspage.pages[number]
            page_ref_inc(page)
            page.lock.acquire()
            moved = zspage.pages[number] is not page
            if moved:
                page.lock.release()
            put_page(pool, page)
            if not moved:
                break
        locked.append(page)
    return locked


def pages_allocated_add(pool: Pool, pages: int) -> None:
    """Count pages that the pool has gained or lost (atomic_long_add)."""
    pool.world.reach(PAGES_WRITE, pool.number)
    pool.pages_allocated += pages
