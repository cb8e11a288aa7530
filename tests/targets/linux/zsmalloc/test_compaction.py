"""Compaction: what moves, what stays, what is freed."""

import pytest

from targets.linux.kernel.kernel import Kernel
from targets.linux.zsmalloc.compaction import zs_can_compact, zs_compact
from targets.linux.zsmalloc.inspection import (
    broken_chains,
    broken_headers,
    recounted_pages,
    zspages_of,
)
from targets.linux.zsmalloc.mapping import OBJECT_READ
from targets.linux.zsmalloc.pool import zs_free, zs_malloc
from targets.linux.zsmalloc.structs import Pool
from targets.linux.zsmalloc.zspage import set_word
from tests.targets.linux.zsmalloc.bench import (
    KERNELS,
    LOCATION,
    SLOW,
    SwitchAt,
    get,
    pool_on,
    put,
    run,
)

on_both_kernels = pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)


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


@on_both_kernels
@pytest.mark.parametrize(("request_size", "objects", "pages"), [(1300, 3, 1), (2500, 3, 2)])
def test_the_source_is_freed_and_every_object_keeps_its_bytes(
    kernel: Kernel, request_size: int, objects: int, pages: int
) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        kept = two_nearly_empty(pool, request_size, objects)
        assert (pool.pages_allocated, zs_can_compact(*pool.classes.values())) == (2 * pages, pages)
        assert zs_compact(pool) == pages
        assert pool.pages_allocated == recounted_pages(pool) == pool.memory.in_use == pages
        assert [get(pool, handle, 7) for handle in kept] == [b"%d" % handle for handle in kept]
        assert [*broken_chains(pool), *broken_headers(pool)] == []
        for handle in kept:
            zs_free(pool, handle)
        assert pool.memory.in_use == 0

    assert run(pool, body) == []


@on_both_kernels
def test_the_count_of_freed_pages_grows_over_the_life_of_a_pool(kernel: Kernel) -> None:
    pool = pool_on(kernel)
    counts: list[int] = []

    def body() -> None:
        for _ in range(2):
            two_nearly_empty(pool, 2500, 3)
            counts.append(zs_compact(pool))
        counts.append(zs_compact(pool))

    assert run(pool, body) == []
    assert counts[0] == 2
    assert counts[0] < counts[1] == counts[2]


@on_both_kernels
def test_nothing_moves_while_no_whole_zspage_can_be_saved(kernel: Kernel) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        handles = [zs_malloc(pool, 1300, SLOW) for _ in range(4)]
        locations = [pool.cells[handle].location for handle in handles]
        assert zs_compact(pool) == 0
        assert [pool.cells[handle].location for handle in handles] == locations
        assert pool.pages_allocated == 2

    assert run(pool, body) == []


@on_both_kernels
def test_compaction_waits_for_the_user_of_a_pinned_object_and_then_moves_it(kernel: Kernel) -> None:
    pool = pool_on(kernel, strategy=SwitchAt(OBJECT_READ.name))
    found: list[bytes] = []
    freed: list[int] = []

    def body() -> None:
        _, source = two_nearly_empty(pool, 1300, 3)
        pool.world.spawn("compactor", lambda: freed.append(zs_compact(pool)), cpu=1)
        found.append(get(pool, source, 7))
        found.append(b"%d" % source)

    assert run(pool, body) == []
    assert found[0] == found[1]
    assert freed == [1]
    names = [f"{task.name} {point.name}" for task, point, _, _ in pool.world.trace]
    assert "compactor zsmalloc.pin.wait" in names
    assert [*broken_chains(pool), *broken_headers(pool)] == []


@on_both_kernels
def test_a_destroyed_header_makes_compaction_follow_a_handle_that_never_was(kernel: Kernel) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        two_nearly_empty(pool, 1300, 3)
        for zspage in zspages_of(pool):
            set_word(zspage, 2, 0xABABABABABABABAB)
        zs_compact(pool)

    assert run(pool, body) == ["zsmalloc-wild-access"]
    [finding] = pool.world.findings
    assert (finding.place, finding.title) == (
        "trypin_tag",
        "BUG: unable to handle kernel paging request in trypin_tag",
    )


def test_without_two_zspages_of_a_class_there_is_nowhere_to_move() -> None:
    pool = pool_on(LOCATION)

    def body() -> None:
        handles = [zs_malloc(pool, 1300, SLOW) for _ in range(3)]
        zs_free(pool, handles[0])
        assert zs_compact(pool) == 0

    assert run(pool, body) == []
