"""Allocating and freeing objects."""

import pytest

from fuzz.values.finding import Harm
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import kernel_named
from targets.linux.machine.errno import EINVAL, ENOSPC, Refusal
from targets.linux.machine.gfp import Gfp
from targets.linux.zsmalloc.handle import ADDRESS_MASK
from targets.linux.zsmalloc.inspection import (
    broken_chains,
    leaked_objects,
    live_handles,
    recounted_pages,
    zspages_of,
)
from targets.linux.zsmalloc.pool import (
    usable_size,
    zs_destroy_pool,
    zs_free,
    zs_get_total_pages,
    zs_huge_class_size,
    zs_lookup_class_index,
    zs_malloc,
)
from tests.targets.linux.zsmalloc.bench import (
    FAST,
    INDEX,
    KERNELS,
    LOCATION,
    SLOW,
    FailAt,
    SwitchAt,
    get,
    pool_on,
    put,
    run,
)

on_each_kernel = pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)


@on_each_kernel
def test_an_object_holds_what_was_written(kernel: Kernel) -> None:
    pool = pool_on(kernel)
    sizes = (24, 100, 500, 1300, 2040, 2500, 2500, 2500, 3256, 3256, 4096)
    contents = [bytes((size + place) % 251 for place in range(size)) for size in sizes]
    found: list[bytes] = []

    def body() -> None:
        handles = [zs_malloc(pool, size, SLOW) for size in sizes]
        for handle, content in zip(handles, contents, strict=True):
            put(pool, handle, content)
        found.extend(get(pool, handle, size) for handle, size in zip(handles, sizes, strict=True))

    assert run(pool, body) == []
    assert found == contents


@on_each_kernel
def test_a_pool_counts_its_pages(kernel: Kernel) -> None:
    pool = pool_on(kernel)
    totals: list[int] = []

    def body() -> None:
        handles = [zs_malloc(pool, size, SLOW) for size in (2500, 2500, 4096, 3256)]
        totals.append(zs_get_total_pages(pool))
        assert totals[-1] == recounted_pages(pool) == pool.memory.in_use
        for handle in handles:
            zs_free(pool, handle)
            totals.append(zs_get_total_pages(pool))

    assert run(pool, body) == []
    assert totals == [2 + 1 + 4, 7, 5, 4, 0]
    assert (pool.memory.in_use, pool.handle_cache.live) == (0, 0)


@pytest.mark.parametrize("size", [-1, 0, 4097])
def test_an_impossible_size_is_refused_before_anything_is_allocated(size: int) -> None:
    pool = pool_on(LOCATION)
    handles: list[int] = []
    assert run(pool, lambda: handles.append(zs_malloc(pool, size, SLOW))) == []
    assert (handles, pool.handle_cache.live) == ([0], 0)


@pytest.mark.parametrize(
    ("kernel", "point", "visit"),
    [
        (LOCATION, "zsmalloc.handle", 1),
        (LOCATION, "zsmalloc.pages", 1),
        (LOCATION, "zsmalloc.pages", 4),
        (INDEX, "zsmalloc.zspage", 1),
        (INDEX, "zsmalloc.pages", 3),
    ],
)
@pytest.mark.parametrize("gfp", [FAST, SLOW], ids=["fast", "slow"])
def test_a_failed_allocation_leaves_nothing_behind(
    kernel: Kernel, point: str, visit: int, gfp: Gfp
) -> None:
    plan = FailAt(point, visit)
    pool = pool_on(kernel, faults=plan)
    handles: list[int] = []
    assert run(pool, lambda: handles.append(zs_malloc(pool, 3256, gfp))) == []
    assert handles == [0]
    assert (pool.memory.in_use, pool.handle_cache.live, pool.pages_allocated) == (0, 0, 0)
    assert (pool.zspages, live_handles(pool)) == ({}, [])
    assert pool.zspage_cache is None or pool.zspage_cache.live == 0


@pytest.mark.parametrize(
    ("point", "gfp", "exempt"),
    [
        ("zsmalloc.pages", FAST, False),
        ("zsmalloc.pages", SLOW, True),
        ("zsmalloc.handle", FAST, True),
        ("zsmalloc.handle", SLOW, True),
    ],
)
def test_drawn_faults_reach_only_the_pages_of_the_fast_mask(
    point: str, gfp: Gfp, *, exempt: bool
) -> None:
    plan = FailAt(point, 1)
    pool = pool_on(LOCATION, faults=plan)
    handles: list[int] = []
    run(pool, lambda: handles.append(zs_malloc(pool, 100, gfp)))
    assert plan.exempt == [exempt]


def test_only_the_slow_mask_may_sleep_for_pages() -> None:
    pool = pool_on(LOCATION)

    def body() -> None:
        zs_malloc(pool, 100, FAST)
        zs_malloc(pool, 1000, SLOW)

    assert run(pool, body) == []
    names = [point.name for _, point, _, _ in pool.world.trace]
    assert names.count("zsmalloc.pages") == 2 + 1
    assert names.count("alloc_page.sleep") == 1


def test_the_slow_mask_must_not_be_used_where_nothing_may_sleep() -> None:
    pool = pool_on(LOCATION)

    def body() -> None:
        pool.world.preempt_disable()
        zs_malloc(pool, 100, SLOW)
        pool.world.preempt_enable()

    assert run(pool, body) == ["sleeping-while-atomic"] * len(pool.world.findings)
    assert pool.world.findings


def test_two_tasks_that_find_no_zspage_each_add_one() -> None:
    pool = pool_on(LOCATION, strategy=SwitchAt("zsmalloc.pages"))

    def body() -> None:
        zs_malloc(pool, 2040, SLOW)

    pool.world.spawn("A", body)
    pool.world.spawn("B", body)
    pool.world.run()
    assert pool.world.findings == []
    assert (pool.pages_allocated, len(live_handles(pool))) == (2, 2)


@on_each_kernel
def test_a_second_free_is_reported_and_changes_nothing(kernel: Kernel) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        zs_malloc(pool, 100, SLOW)
        handle = zs_malloc(pool, 100, SLOW)
        zs_free(pool, handle)
        zs_free(pool, handle)

    assert run(pool, body) == ["zsmalloc-double-free"]
    [finding] = pool.world.findings
    assert (finding.harm, finding.place, finding.title) == (
        Harm.CRASH,
        "zs_free",
        "BUG: KASAN: double-free in zs_free",
    )
    assert (len(live_handles(pool)), pool.pages_allocated) == (1, 2)


def test_a_free_of_something_that_never_was_is_reported() -> None:
    pool = pool_on(LOCATION)
    assert run(pool, lambda: zs_free(pool, 0x1234)) == ["zsmalloc-wild-free"]


def test_freeing_nothing_is_ignored() -> None:
    pool = pool_on(LOCATION)
    assert run(pool, lambda: zs_free(pool, 0)) == []


def test_a_handle_that_is_freed_is_the_next_one_to_be_given() -> None:
    pool = pool_on(LOCATION)
    handles: list[int] = []

    def body() -> None:
        handles.extend(zs_malloc(pool, 100, SLOW) for _ in range(2))
        zs_free(pool, handles[0])
        handles.append(zs_malloc(pool, 3000, SLOW))

    assert run(pool, body) == []
    addresses = [handle & ADDRESS_MASK for handle in handles]
    assert addresses[2] == addresses[0] != addresses[1]
    assert handles[2] != handles[0]


def test_a_pool_that_is_destroyed_with_objects_in_it_leaks_them() -> None:
    pool = pool_on(LOCATION)

    def body() -> None:
        zs_malloc(pool, 2500, SLOW)
        zs_destroy_pool(pool)

    assert run(pool, body) == ["zsmalloc-leak"]
    [finding] = pool.world.findings
    assert (finding.harm, finding.place) == (Harm.LEAK, "body")
    assert finding.detail == "1 handles were never freed; 2 pages are lost"
    assert leaked_objects(pool, known=[]) == live_handles(pool)


def test_the_owner_may_use_all_of_an_object_but_its_header() -> None:
    pool = pool_on(LOCATION)
    sizes: list[int] = []

    def body() -> None:
        handles = [zs_malloc(pool, size, SLOW) for size in (1, 2500, 3257)]
        sizes.extend(usable_size(pool, handle) for handle in handles)

    assert run(pool, body) == []
    assert sizes == [24, 2712, 4096]


def test_the_end_of_a_chain_loses_its_top_bit_when_an_object_is_freed() -> None:
    """obj_free shifts an unsigned int [4.8 on]; nobody minds, for nobody follows the end."""
    pool = pool_on(INDEX)
    heads: list[int] = []

    def body() -> None:
        handles = [zs_malloc(pool, 1016, SLOW) for _ in range(4)]
        (zspage,) = zspages_of(pool)
        heads.append(zspage.freeobj)
        zs_free(pool, handles[2])
        zs_malloc(pool, 1016, SLOW)
        heads.append(zspage.freeobj)

    assert run(pool, body) == []
    assert heads == [0xFFFF_FFFF, 0x7FFF_FFFF]
    assert list(broken_chains(pool)) == []


@pytest.mark.parametrize(
    ("version", "nothing", "too_much"),
    [
        ("4.6", "0", "0"),
        ("5.19", "0", "0"),
        ("6.1", EINVAL, EINVAL),
        ("6.5", EINVAL, EINVAL),
        ("6.8", EINVAL, ENOSPC),
        ("6.19", EINVAL, ENOSPC),
    ],
)
def test_a_size_that_no_class_has_is_answered_as_the_kernel_does(
    version: str, nothing: str, too_much: str
) -> None:
    pool = pool_on(kernel_named(version))

    def answer(size: int) -> str:
        try:
            return str(zs_malloc(pool, size, SLOW))
        except Refusal as refusal:
            return refusal.name

    def body() -> None:
        assert [answer(0), answer(4097)] == [nothing, too_much]
        assert pool.handle_cache.live == 0

    assert run(pool, body) == []


def test_the_class_that_a_size_is_told_takes_no_account_of_the_header() -> None:
    pool = pool_on(kernel_named("6.3"))
    told = [zs_lookup_class_index(pool, size) for size in (1, 32, 33, 48, 3632, 3633, 4096)]
    assert told == [0, 0, 1, 1, 225, 254, 254]
    assert zs_huge_class_size(pool) == 3625
