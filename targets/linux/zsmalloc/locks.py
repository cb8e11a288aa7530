"""What keeps an object where it is while somebody uses, frees or moves it.

Kernels differ in nothing of zsmalloc as much as in this: every function here shows all lives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.world.event import accessing_place
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.spinlock import SpinLock
from targets.linux.kernel.history.zsmalloc import Locking
from targets.linux.zsmalloc.handle import check_cell, pin_tag, trypin_tag, unpin_tag
from targets.linux.zsmalloc.promises import BAD_UNLOCK, HOLDERS
from targets.linux.zsmalloc.structs import CLASS_LOCK
from targets.linux.zsmalloc.zspage import get_zspage

if TYPE_CHECKING:
    from targets.linux.zsmalloc.size_class import SizeClass
    from targets.linux.zsmalloc.structs import Pool, ZsClass, Zspage

MIGRATE_LOCK: Final = LockClass("zsmalloc.migrate_lock", "the handles of a pool")


def class_lock(pool: Pool, facts: SizeClass) -> SpinLock:
    """Return the lock of a new class."""
    match pool.features.locking:
        case Locking.POOL:
            return pool.lock
        case Locking.PIN | Locking.PIN_AND_ZSPAGE | Locking.MIGRATE_LOCK | Locking.TRY_WRITE:
            return SpinLock(pool.world, CLASS_LOCK, pool.number * len(pool.table) + facts.index)


def hold_object(pool: Pool, handle: int) -> tuple[Zspage, int]:
    """Keep an object in its place and return where that is, until `release_object`."""
    match pool.features.locking:
        case Locking.PIN:
            pin_tag(pool, handle)
            return get_zspage(pool, handle)
        case Locking.PIN_AND_ZSPAGE:
            pin_tag(pool, handle)
            zspage, number = get_zspage(pool, handle)
            zspage.lock.acquire_reading()
        case Locking.MIGRATE_LOCK:
            pool.migrate_lock.acquire_reading()
            check_cell(pool, handle)
            zspage, number = get_zspage(pool, handle)
            zspage.lock.acquire_reading()
            pool.migrate_lock.release_reading()
        case Locking.POOL:
            pool.lock.acquire()
            check_cell(pool, handle)
            zspage, number = get_zspage(pool, handle)
            zspage.lock.acquire_reading()
            pool.lock.release()
        case Locking.TRY_WRITE:
            pool.migrate_lock.acquire_reading()
            check_cell(pool, handle)
            zspage, number = get_zspage(pool, handle)
            zspage.users.acquire_reading()
            pool.migrate_lock.release_reading()
    return zspage, number


def release_object(pool: Pool, zspage: Zspage, handle: int) -> None:
    """Undo `hold_object`."""
    match pool.features.locking:
        case Locking.PIN:
            unpin_tag(pool, handle)
        case Locking.PIN_AND_ZSPAGE:
            check_balance(pool, zspage.lock.readers)
            zspage.lock.release_reading()
            unpin_tag(pool, handle)
        case Locking.MIGRATE_LOCK | Locking.POOL:
            check_balance(pool, zspage.lock.readers)
            zspage.lock.release_reading()
        case Locking.TRY_WRITE:
            check_balance(pool, zspage.users.readers)
            zspage.users.release_reading()


def check_balance(pool: Pool, readers: int) -> None:
    """Stop the machine if a zspage is released that nobody holds: a freed handle led elsewhere."""
    if not readers:
        place = accessing_place(HOLDERS)
        title = f"WARNING: bad unlock balance detected in {place}"
        why = "nobody holds the zspage to which the handle leads now"
        pool.world.report(BAD_UNLOCK, title, why, place=place, fatal=True)


def lock_to_free(pool: Pool, handle: int) -> tuple[Zspage, int]:
    """Lock the class of an object that is about to be freed, and return where the object is."""
    match pool.features.locking:
        case Locking.PIN:
            pin_tag(pool, handle)
            zspage, number = get_zspage(pool, handle)
            zspage.zs_class.lock.acquire()
        case Locking.PIN_AND_ZSPAGE:
            pin_tag(pool, handle)
            zspage, number = get_zspage(pool, handle)
            zspage.lock.acquire_reading()
            zspage.zs_class.lock.acquire()
        case Locking.MIGRATE_LOCK | Locking.TRY_WRITE:
            pool.migrate_lock.acquire_reading()
            check_cell(pool, handle)
            zspage, number = get_zspage(pool, handle)
            zspage.zs_class.lock.acquire()
            pool.migrate_lock.release_reading()
        case Locking.POOL:
            pool.lock.acquire()
            check_cell(pool, handle)
            zspage, number = get_zspage(pool, handle)
    return zspage, number


def leave_freed(pool: Pool, zspage: Zspage) -> None:
    """Drop what kept a zspage in its place while one of its objects was freed."""
    if pool.features.locking is Locking.PIN_AND_ZSPAGE:
        zspage.lock.release_reading()


def unlock_freed(pool: Pool, zs_class: ZsClass, handle: int) -> None:
    """Undo the rest of `lock_to_free`."""
    zs_class.lock.release()
    match pool.features.locking:
        case Locking.PIN | Locking.PIN_AND_ZSPAGE:
            unpin_tag(pool, handle)
        case Locking.MIGRATE_LOCK | Locking.POOL | Locking.TRY_WRITE:
            pass


def lock_to_move(pool: Pool, zs_class: ZsClass) -> None:
    """Lock a class, and handles as far as possible, before objects or pages of it are moved."""
    match pool.features.locking:
        case Locking.MIGRATE_LOCK | Locking.TRY_WRITE:
            pool.migrate_lock.acquire_writing()
        case Locking.PIN | Locking.PIN_AND_ZSPAGE | Locking.POOL:
            pass
    zs_class.lock.acquire()


def unlock_moved(pool: Pool, zs_class: ZsClass) -> None:
    """Undo `lock_to_move`."""
    zs_class.lock.release()
    match pool.features.locking:
        case Locking.MIGRATE_LOCK | Locking.TRY_WRITE:
            pool.migrate_lock.release_writing()
        case Locking.PIN | Locking.PIN_AND_ZSPAGE | Locking.POOL:
            pass


def is_contended(pool: Pool) -> bool:
    """Whether somebody waits for a mover, as far as movers ask."""
    match pool.features.locking:
        case Locking.PIN | Locking.PIN_AND_ZSPAGE:
            return False
        case Locking.MIGRATE_LOCK | Locking.TRY_WRITE:
            return pool.migrate_lock.contended
        case Locking.POOL:
            return pool.lock.contended


def lock_zspage_users(pool: Pool, zspage: Zspage, *, second: bool = False) -> bool:
    """Keep users away from all objects of a zspage, or say that there are some.

    Where handles have pins, users are kept from one object after another instead.
    `second` says that those of another one are kept away already (migrate_write_lock_nested).
    """
    match pool.features.locking:
        case Locking.PIN | Locking.PIN_AND_ZSPAGE:
            return True
        case Locking.MIGRATE_LOCK | Locking.POOL:
            if second:
                zspage.lock.acquire_writing_nested()
            else:
                zspage.lock.acquire_writing()
            return True
        case Locking.TRY_WRITE:
            return zspage.users.try_acquire_writing()


def unlock_zspage_users(pool: Pool, zspage: Zspage) -> None:
    """Undo `lock_zspage_users`."""
    match pool.features.locking:
        case Locking.PIN | Locking.PIN_AND_ZSPAGE:
            pass
        case Locking.MIGRATE_LOCK | Locking.POOL:
            zspage.lock.release_writing()
        case Locking.TRY_WRITE:
            zspage.users.release_writing()


def try_hold(pool: Pool, handle: int) -> bool:
    """Keep users from one object of a zspage that is being emptied, if none is there."""
    match pool.features.locking:
        case Locking.PIN | Locking.PIN_AND_ZSPAGE:
            return trypin_tag(pool, handle)
        case Locking.MIGRATE_LOCK | Locking.POOL | Locking.TRY_WRITE:
            check_cell(pool, handle)
            return True


def let_go(pool: Pool, handle: int) -> None:
    """Undo `try_hold`."""
    match pool.features.locking:
        case Locking.PIN | Locking.PIN_AND_ZSPAGE:
            unpin_tag(pool, handle)
        case Locking.MIGRATE_LOCK | Locking.POOL | Locking.TRY_WRITE:
            pass
