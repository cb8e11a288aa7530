"""zs_pool: allocating and freeing objects.

The lock of a class is dropped while a zspage is allocated, so two tasks may each add one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.sanitize.memory import Damage, Shadow, Wording
from fuzz.values.finding import Harm
from fuzz.values.point import Access, Point
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.per_cpu import PerCpu
from fuzz.world.sync.spinlock import SpinLock
from targets.linux.kernel.history.zsmalloc import RequestErrors
from targets.linux.machine.errno import EINVAL, ENOSPC, Refusal
from targets.linux.machine.memory import ACCESSORS
from targets.linux.machine.oops import paging_request
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.machine.slab import KmemCache
from targets.linux.zsmalloc.fullness import (
    find_get_zspage,
    fix_fullness_group,
    get_fullness_group,
    insert_zspage,
    remove_zspage,
)
from targets.linux.zsmalloc.handle import (
    cache_alloc_handle,
    cache_free_handle,
    handle_to_obj,
    pin_tag,
    record_obj,
    unpin_tag,
)
from targets.linux.zsmalloc.layout import obj_to_location
from targets.linux.zsmalloc.objects import payload_address, spans
from targets.linux.zsmalloc.size_class import (
    ZS_HANDLE_SIZE,
    ZS_MAX_ALLOC_SIZE,
    classes_of,
    get_size_class_index,
    huge_class_size,
)
from targets.linux.zsmalloc.structs import Group, MappingArea, Pool, ZsClass
from targets.linux.zsmalloc.zspage import (
    FREED,
    alloc_zspage,
    create_zspage_cache,
    is_freed,
    location_of,
    number_at,
    obj_free,
    obj_malloc,
    release_zspage,
)

if TYPE_CHECKING:
    from targets.linux.machine.gfp import Gfp
    from targets.linux.machine.machine import Machine
    from targets.linux.zsmalloc.size_class import SizeClass
    from targets.linux.zsmalloc.structs import Zspage

CLASS_LOCK: Final = LockClass("zsmalloc.class", "a size class: its lists and free chains")
PAGES_READ: Final = Point(
    "zsmalloc.pages_allocated.read", "how many pages has the pool?", Access.READ, "zsmalloc pages"
)
PAGES_WRITE: Final = Point(
    "zsmalloc.pages_allocated.change", "count a zspage", Access.WRITE, "zsmalloc pages"
)

LEAKED_FROM: Final = "zs_malloc"
"""The place of a leak: where what is lost was allocated, whenever it is found out."""

AREA_BASE: Final = 1 << 60
"""Where the buffers of the CPUs lie: away from every page frame."""

KASAN: Final = Wording(
    "zsmalloc",
    tool="KASAN: ",
    words={
        Damage.OUT_OF_BOUNDS: "slab-out-of-bounds",
        Damage.WILD_ACCESS: "wild-memory-access",
        Damage.WILD_FREE: "invalid-free",
    },
    accessors=ACCESSORS
    | {"cache_free_handle", "move_object", "note_object", "pin_tag", "trypin_tag"},
)
"""Findings are called what the kernel's own sanitizer would call them."""


def zs_create_pool(machine: Machine, name: str) -> Pool:
    """Make a pool without objects."""
    handle_cache = KmemCache(machine.memory, f"zs_handle-{name}", ZS_HANDLE_SIZE)
    number = handle_cache.number
    shadow = Shadow(machine.world, KASAN)

    def make_area(cpu: int) -> MappingArea:
        address = AREA_BASE + (number * len(machine.world.cpus) + cpu) * 2 * PAGE_SIZE
        shadow.allocate(address, PAGE_SIZE, f"the mapping buffer of CPU {cpu}")
        return MappingArea(address, PAGE_SIZE)

    return Pool(
        machine,
        name,
        number,
        classes_of(machine.kernel),
        handle_cache,
        create_zspage_cache(machine, name),
        shadow,
        PerCpu(machine.world, make_area),
    )


def zs_destroy_pool(pool: Pool) -> None:
    """Unmake a pool; objects that are left in it are leaked, pages and all."""
    left = pool.handle_cache.live
    if left:
        cache = pool.handle_cache.name
        pool.world.report(
            "zsmalloc-leak",
            Harm.LEAK,
            f"BUG {cache}: objects remaining on kmem_cache_destroy in zs_destroy_pool",
            f"{left} handles were never freed; {pool.pages_allocated} pages are lost",
            place=LEAKED_FROM,
        )
        pool.memory.lost += pool.pages_allocated


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
    zs_class = class_for(pool, pool.table[get_size_class_index(size + ZS_HANDLE_SIZE)])
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
    note_object(pool, zspage, number, handle, "zs_malloc")
    zs_class.lock.release()
    return handle


def refuse_size(pool: Pool, size: int) -> int:
    """Answer a request of a size that no class has."""
    match pool.machine.kernel.features.request_errors:
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
    if not pool.shadow.is_live(handle):
        # What a second free would do to the cell is not modelled: the sanitizer stops it.
        pool.shadow.free(handle, "zs_free")
        return
    pin_tag(pool, handle)
    zspage, number = get_zspage(pool, handle)
    zs_class = zspage.zs_class
    zs_class.lock.acquire()
    pool.shadow.free(payload_address(zspage, number), "zs_free")
    obj_free(pool, zspage, number)
    if fix_fullness_group(zspage) is Group.EMPTY:
        free_zspage(pool, zspage)
    zs_class.lock.release()
    unpin_tag(pool, handle)
    cache_free_handle(pool, handle)


def free_zspage(pool: Pool, zspage: Zspage) -> None:
    """Give back the pages of a zspage without objects; the lock of its class is held.

    From 4.8 on a zspage whose pages are locked is freed later: only migration locks them, which
    is not modelled.
    """
    if is_freed(pool, zspage):
        paging_request(pool.world, "zsmalloc-use-after-free", FREED)
    remove_zspage(zspage)
    release_zspage(pool, zspage)
    zspage.zs_class.obj_allocated -= zspage.zs_class.facts.objects
    pages_allocated_add(pool, -zspage.zs_class.facts.pages)


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


def pages_allocated_add(pool: Pool, pages: int) -> None:
    """Count pages that the pool has gained or lost (atomic_long_add)."""
    pool.world.reach(PAGES_WRITE, pool.number)
    pool.pages_allocated += pages


def class_for(pool: Pool, facts: SizeClass) -> ZsClass:
    """Return the pool's class of a size, which appears when it is first used."""
    zs_class = pool.classes.get(facts.index)
    if zs_class is None:
        lock = SpinLock(pool.world, CLASS_LOCK, pool.number * len(pool.table) + facts.index)
        zs_class = ZsClass(facts, pool.machine.kernel.features, lock)
        pool.classes[facts.index] = zs_class
    return zs_class


def get_zspage(pool: Pool, handle: int) -> tuple[Zspage, int]:
    """Follow a pinned handle to its zspage and the number of its object there."""
    location = handle_to_obj(pool, handle)
    zspage = pool.zspages.get(obj_to_location(location)[0])
    number = number_at(zspage, location) if zspage is not None else None
    if zspage is None or number is None:
        paging_request(pool.world, "zsmalloc-wild-access", f"handle {handle:#x} leads to no object")
    return zspage, number


def note_object(pool: Pool, zspage: Zspage, number: int, handle: int, place: str) -> None:
    """Tell the sanitizer about an object; of one that spans pages, the part in its first page."""
    start = payload_address(zspage, number)
    usable = zspage.zs_class.facts.usable
    size = min(usable, PAGE_SIZE - start % PAGE_SIZE) if spans(zspage, number) else usable
    pool.shadow.allocate(start, size, f"object {handle:#x}", place)


def usable_size(pool: Pool, handle: int) -> int:
    """Return how many bytes the owner of an object may use, 0 if the handle leads to no zspage.

    For judges: it announces nothing.
    """
    cell = pool.cells.get(handle)
    zspage = None if cell is None else pool.zspages.get(obj_to_location(cell.location)[0])
    return 0 if zspage is None else zspage.zs_class.facts.usable
