"""Compaction: what moves, what stays, what is freed."""

import pytest

from targets.linux.kernel.build import Build
from targets.linux.kernel.history.zsmalloc import Compaction, CompactionCount
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import kernel_named
from targets.linux.zsmalloc.access import zs_obj_read_begin, zs_obj_read_end
from targets.linux.zsmalloc.compaction import (
    SHRINK_STOP,
    zs_compact,
    zs_shrinker_scan,
)
from targets.linux.zsmalloc.inspection import (
    broken_chains,
    broken_headers,
    recounted_pages,
    zspages_of,
)
from targets.linux.zsmalloc.mapping import OBJECT_READ
from targets.linux.zsmalloc.pool import zs_free, zs_malloc
from targets.linux.zsmalloc.shrinker import zs_can_compact, zs_shrinker_count
from targets.linux.zsmalloc.structs import Pool
from targets.linux.zsmalloc.zspage import set_word
from tests.targets.linux.zsmalloc.bench import (
    KERNELS,
    LOCATION,
    MAPPED,
    PINNED,
    SLOW,
    SwitchAt,
    get,
    pool_on,
    put,
    run,
)

on_each_kernel = pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)


def two_nearly_empty(pool: Pool, request: int, objects: int) -> list[int]:
    """Fill two zspages and free all but the last object of each."""
    handles = [zs_malloc(pool, request, SLOW) for _ in range(2 * objects)]
    kept = [handles[objects - 1], handles[-1]]
    for handle in kept:
        put(pool, handle, b"%d" % handle)
    for handle in handles:
        if handle not in kept:
            zs_free(pool, handle)
    return kept


@on_each_kernel
@pytest.mark.parametrize(("request_size", "objects", "pages"), [(1300, 3, 1), (2500, 3, 2)])
def test_the_source_is_freed_and_every_object_keeps_its_bytes(
    kernel: Kernel, request_size: int, objects: int, pages: int
) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        kept = two_nearly_empty(pool, request_size, objects)
        (zs_class,) = pool.classes.values()
        assert (pool.pages_allocated, zs_can_compact(pool, zs_class)) == (2 * pages, pages)
        assert zs_compact(pool) == pages
        assert pool.pages_allocated == recounted_pages(pool) == pool.memory.in_use == pages
        assert [get(pool, handle, 7) for handle in kept] == [b"%d" % handle for handle in kept]
        assert [*broken_chains(pool), *broken_headers(pool)] == []
        for handle in kept:
            zs_free(pool, handle)
        assert pool.memory.in_use == 0

    assert run(pool, body) == []


@on_each_kernel
def test_what_is_answered_is_what_this_call_freed_or_up_to_5_10_any(kernel: Kernel) -> None:
    pool = pool_on(kernel)
    counts: list[int] = []

    def body() -> None:
        for _ in range(2):
            two_nearly_empty(pool, 2500, 3)
            counts.append(zs_compact(pool))
        counts.append(zs_compact(pool))

    assert run(pool, body) == []
    ever = kernel.features.compaction_count is CompactionCount.LIFE
    assert counts == ([2, 4, 4] if ever else [2, 2, 0])
    assert pool.pages_compacted == 4


@on_each_kernel
def test_nothing_moves_while_no_whole_zspage_can_be_saved(kernel: Kernel) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        handles = [zs_malloc(pool, 1300, SLOW) for _ in range(4)]
        locations = [pool.cells[handle].location for handle in handles]
        assert zs_compact(pool) == 0
        assert [pool.cells[handle].location for handle in handles] == locations
        assert pool.pages_allocated == 2

    assert run(pool, body) == []


def in_source(kernel: Kernel, kept: list[int]) -> int:
    """Of objects in two zspages that are equally full, the one that is going to be moved."""
    by_source = kernel.features.compaction is Compaction.BY_SOURCE
    return kept[1] if by_source else kept[0]


@pytest.mark.parametrize("kernel", MAPPED, ids=lambda kernel: kernel.version)
def test_compaction_waits_for_the_user_of_an_object_and_then_moves_it(kernel: Kernel) -> None:
    pool = pool_on(kernel, strategy=SwitchAt(OBJECT_READ.name))
    found: list[bytes] = []
    freed: list[int] = []

    def body() -> None:
        source = in_source(kernel, two_nearly_empty(pool, 1300, 3))
        pool.world.spawn("compactor", lambda: freed.append(zs_compact(pool)), cpu=1)
        found.append(get(pool, source, 7))
        found.append(b"%d" % source)

    assert run(pool, body) == []
    assert found[0] == found[1]
    assert freed == [1]
    names = [f"{task.name} {point.name}" for task, point, _, _ in pool.world.trace]
    waited = [name for name in names if name.startswith("compactor") and name.endswith(".wait")]
    lock = "pin" if kernel in PINNED else "zspage_lock"
    assert waited == [f"compactor zsmalloc.{lock}.wait"]
    assert [*broken_chains(pool), *broken_headers(pool)] == []


def test_compaction_gives_a_class_up_while_an_object_of_its_source_is_used() -> None:
    kernel = kernel_named("6.17")
    pool = pool_on(kernel)
    freed: list[int] = []

    def body() -> None:
        kept = two_nearly_empty(pool, 1300, 3)
        zs_obj_read_begin(pool, in_source(kernel, kept), None)
        freed.append(zs_compact(pool))
        zs_obj_read_end(pool, in_source(kernel, kept))
        freed.append(zs_compact(pool))

    assert run(pool, body) == []
    assert freed == [0, 1]


@pytest.mark.parametrize(
    ("version", "lock", "second"),
    [("6.3", "pool", 2), ("6.5", "pool", 0), ("6.19", "migrate_lock", 0)],
)
def test_from_6_5_on_a_second_compaction_goes_away_at_once(
    version: str, lock: str, second: int
) -> None:
    kernel = kernel_named(version, build=Build(chain_size=4))
    pool = pool_on(kernel, strategy=SwitchAt(f"zsmalloc.{lock}.lock"))
    freed: list[tuple[str, int]] = []

    def body() -> None:
        two_nearly_empty(pool, 2500, 3)
        pool.world.spawn("second", lambda: freed.append(("second", zs_compact(pool))), cpu=1)
        freed.append(("first", zs_compact(pool)))

    assert run(pool, body) == []
    assert freed == [("second", second), ("first", 2 - second)]


def test_a_full_target_is_replaced_by_the_fullest_that_is_left() -> None:
    """6.12, objects of 1360 bytes, three to a zspage: one is moved into each of two others."""
    pool = pool_on(kernel_named("6.12"))

    def body() -> None:
        handles = [zs_malloc(pool, 1300, SLOW) for _ in range(12)]
        for number in (0, 1, 2 + 1, 2 + 4, 2 + 5 + 2, 2 + 6 + 2):
            zs_free(pool, handles[number])
        before = pool.pages_allocated
        assert zs_compact(pool) == before - pool.pages_allocated
        assert pool.pages_allocated == 2

    assert run(pool, body) == []


@on_each_kernel
def test_a_destroyed_header_makes_compaction_follow_a_handle_that_never_was(kernel: Kernel) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        two_nearly_empty(pool, 1300, 3)
        for zspage in zspages_of(pool):
            set_word(zspage, 2, 0xABABABABABABABAB)
        zs_compact(pool)

    assert run(pool, body) == ["zsmalloc-wild-access"]
    [finding] = pool.world.findings
    place = "trypin_tag" if kernel in PINNED else "find_alloced_obj"
    assert (finding.place, finding.title) == (
        place,
        f"BUG: unable to handle kernel paging request in {place}",
    )


@on_each_kernel
def test_the_shrinker_counts_what_could_be_freed_and_says_when_it_frees_nothing(
    kernel: Kernel,
) -> None:
    pool = pool_on(kernel)
    answers: list[int] = []

    def body() -> None:
        for _ in range(2):
            two_nearly_empty(pool, 2500, 3)
            answers.extend([zs_shrinker_count(pool), zs_shrinker_scan(pool)])
        answers.extend([zs_shrinker_count(pool), zs_shrinker_scan(pool)])

    assert run(pool, body) == []
    assert answers == [2, 2, 2, 2, 0, SHRINK_STOP]


@pytest.mark.parametrize(("version", "first"), [("5.10", 2), ("5.15", SHRINK_STOP)])
def test_up_to_5_10_the_shrinker_takes_what_others_freed_for_its_own(
    version: str, first: int
) -> None:
    pool = pool_on(kernel_named(version), strategy=SwitchAt("zsmalloc.class.lock"))
    answers: list[tuple[str, int]] = []

    def body() -> None:
        two_nearly_empty(pool, 2500, 3)
        pool.world.spawn("B", lambda: answers.append(("B", zs_shrinker_scan(pool))), cpu=1)
        answers.append(("A", zs_shrinker_scan(pool)))

    assert run(pool, body) == []
    assert answers == [("B", 2), ("A", first)]


def test_without_two_zspages_of_a_class_there_is_nowhere_to_move() -> None:
    pool = pool_on(LOCATION)

    def body() -> None:
        handles = [zs_malloc(pool, 1300, SLOW) for _ in range(3)]
        zs_free(pool, handles[0])
        assert zs_compact(pool) == 0

    assert run(pool, body) == []
