"""zs_pool: allocating and freeing objects.

The lock of a class is dropped while a zspage is allocated, so two tasks may each add one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.sanitize.memory.shadow import Shadow
from fuzz.world.sync.per_cpu import PerCpu
from fuzz.world.sync.rw_lock import RwLock
from fuzz.world.sync.spinlock import SpinLock
from targets.linux.kernel.history.zsmalloc import RequestErrors
from targets.linux.machine.errno import EINVAL, ENOSPC, Refusal
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.machine.slab import KmemCache
from targets.linux.zsmalloc.freeing import PAGES_READ, free_zspage, pages_allocated_add
from targets.linux.zsmalloc.fullness import (
    find_get_zspage,
    fix_fullness_group,
    get_fullness_group,
    insert_zspage,
)
from targets.linux.zsmalloc.handle import (
    ADDRESS_MASK,
    TAG_SHIFT,
    allocated_in,
    cache_alloc_handle,
    cache_free_handle,
    is_live,
    record_obj,
)
from targets.linux.zsmalloc.inspection import live_handles
from targets.linux.zsmalloc.layout import obj_to_location
from targets.linux.zsmalloc.locks import (
    MIGRATE_LOCK,
    class_lock,
    leave_freed,
    lock_to_free,
    unlock_freed,
)
from targets.linux.zsmalloc.migration import create_free_work
from targets.linux.zsmalloc.objects import note_object, payload_address
from targets.linux.zsmalloc.promises import KASAN, ZSMALLOC_LEAK
from targets.linux.zsmalloc.size_class import (
    ZS_HANDLE_SIZE,
    ZS_MAX_ALLOC_SIZE,
    classes_of,
    get_size_class_index,
    huge_class_size,
)
from targets.linux.zsmalloc.structs import POOL_LOCK, Group, MappingArea, Pool, ZsClass
from targets.linux.zsmalloc.zspage import (
    alloc_zspage,
    create_zspage_cache,
    location_of,
    obj_free,
    obj_malloc,
)

if TYPE_CHECKING:
    from targets.linux.machine.gfp import Gfp
    from targets.linux.machine.machine import Machine
    from targets.linux.zsmalloc.size_class import SizeClass

AREA_BASE: Final = 1 << 60
"""Where the buffers of the CPUs lie: away from every page frame."""


def zs_create_pool(machine: Machine, name: str) -> Pool:
    """Make a pool without objects."""
    handle_cache = KmemCache(machine.memory, f"zs_handle-{name}", ZS_HANDLE_SIZE)
    number = handle_cache.number
    shadow = Shadow(machine.world, KASAN)
    world = machine.world

    def make_area(cpu: int) -> MappingArea:
        address = AREA_BASE + (number * len(machine.world.cpus) + cpu) * 2 * PAGE_SIZE
        shadow.allocate(address, PAGE_SIZE, f"the mapping buffer of CPU {cpu}")
        return MappingArea(world, address, PAGE_SIZE)

    return Pool(
        machine,
        name,
        number,
        classes_of(machine.kernel),
        handle_cache,
        create_zspage_cache(machine, name),
        shadow,
        PerCpu(world, make_area),
        SpinLock(world, POOL_LOCK, number),
        RwLock(world, MIGRATE_LOCK, number),
        create_free_work(machine),
    )


def zs_destroy_pool(pool: Pool) -> None:
    """Unmake a pool; objects that are left in it are leaked, pages and all."""
    if pool.free_work is not None:
        pool.free_work.flush()
    left = pool.handle_cache.live
    if left:
        cache = pool.handle_cache.name
        pool.world.report(
            ZSMALLOC_LEAK,
            f"kmem_cache_destroy {cache}: Slab cache still has objects when called from "
            "zs_destroy_pool",
            f"{left} handles were never freed; {pool.pages_allocated} pages are lost",
            place=allocated_in(pool, live_handles(pool)),
        )
        pool.memory.lost.update(dict.fromkeys(pool.zspages))


def zs_malloc(pool: Pool, size: int, gfp: Gfp) -> int:
    """Allocate an object of `size` bytes and return its handle; 0 when there is no memory.

    No caller asks why it got no handle, so that 0 stands for -ENOMEM as well [6.1].
    A size that no class has is refused with EINVAL or ENOSPC then, and gives 0 before.
    """
    if not 0 < size <= ZS_MAX_ALLOC_SIZE:
        return refuse_size(pool, size)
    handle = cache_alloc_handle(pool, gfp)
    if not handle:
        return 0
    zs_class = class_for(pool, class_of_request(pool, size))
    zs_class.lock.acquire()
    zspage = find_get_zspage(zs_class)
    if zspage is None:
        zs_class.lock.release()
        zspage = alloc_zspage(pool, zs_class, gfp)
        if zspage is None:
            cache_free_handle(pool, handle)
            return 0
        pages_allocated_add(pool, zs_class.facts.pages)
        zs_class.lock.acquire()
        number = obj_malloc(pool, zspage, handle)
        zs_class.obj_allocated += zs_class.facts.objects
        insert_zspage(zspage, get_fullness_group(zspage))
    else:
        number = obj_malloc(pool, zspage, handle)
        fix_fullness_group(zspage)
    record_obj(pool, handle, location_of(zspage, number))
    pool.shadow.track(note_object(pool, zspage, number, handle, "zs_malloc"))
    zs_class.lock.release()
    return handle


def class_of_request(pool: Pool, size: int) -> SizeClass:
    """Return the class for an object of `size` bytes and its header, which a huge one has outside.

    To look again without the header, for that reason, finds a class in which it has one after all.
    """
    facts = pool.table[get_size_class_index(size + ZS_HANDLE_SIZE)]
    if facts.huge and pool.features.huge_without_header:
        return pool.table[get_size_class_index(size)]
    return facts


def refuse_size(pool: Pool, size: int) -> int:
    """Answer a request of a size that no class has."""
    match pool.features.request_errors:
        case RequestErrors.NONE:
            return 0
        case RequestErrors.EINVAL:
            raise Refusal(EINVAL)
        case RequestErrors.TOLD_APART:
            raise Refusal(ENOSPC if size else EINVAL)


def zs_free(pool: Pool, handle: int) -> None:
    """Free an object; 0 is ignored."""
    if not handle:
        return
    if not is_live(pool, handle):
        pool.shadow.free(handle & ADDRESS_MASK, "zs_free", handle >> TAG_SHIFT)
        if not pool.shadow.is_live(handle & ADDRESS_MASK):
            # What a second free would do to the cell is not modelled: the sanitizer stops it.
            return
    zspage, number = lock_to_free(pool, handle)
    pool.shadow.free(payload_address(zspage, number), "zs_free")
    obj_free(pool, zspage, number)
    emptied = fix_fullness_group(zspage) == Group.EMPTY and not zspage.isolated
    leave_freed(pool, zspage)
    if emptied:
        free_zspage(pool, zspage)
    unlock_freed(pool, zspage.zs_class, handle)
    cache_free_handle(pool, handle)


def zs_get_total_pages(pool: Pool) -> int:
    """Return how many pages the pool has."""
    pool.world.reach(PAGES_READ, pool.number)
    return pool.pages_allocated


def zs_huge_class_size(pool: Pool) -> int:
    """Return the smallest request that takes a whole page of its own [4.20]."""
    return huge_class_size(pool.table)


def zs_lookup_class_index(pool: Pool, size: int) -> int:
    """Return the index of the class that `size` bytes go to [6.3].

    Unlike `zs_malloc`, it does not count the header: a size near a border is told the class below.
    """
    return pool.table[get_size_class_index(size)].index


def class_for(pool: Pool, facts: SizeClass) -> ZsClass:
    """Return the pool's class of a size, which appears when it is first used."""
    zs_class = pool.classes.get(facts.index)
    if zs_class is None:
        zs_class = ZsClass(pool.world, facts, pool.features, class_lock(pool, facts))
        pool.classes[facts.index] = zs_class
    return zs_class


def usable_size(pool: Pool, handle: int) -> int:
    """Return how many bytes the owner of an object may use, 0 if the handle leads to no zspage.

    For judges: it announces nothing.
    """
    cell = pool.cells.get(handle & ADDRESS_MASK)
    zspage = None if cell is None else pool.zspages.get(obj_to_location(cell.location)[0])
    return 0 if zspage is None else zspage.zs_class.facts.usable
