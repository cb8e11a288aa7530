"""The pool keeps its promises under every schedule, as long as its users keep theirs."""

from contextlib import suppress
from functools import partial

import pytest

from fuzz.values.choices import Choices
from fuzz.world.schedule.by_name import strategy_named
from targets.linux.kernel.kernel import Kernel
from targets.linux.machine.errno import Refusal
from targets.linux.zsmalloc.compaction import zs_compact
from targets.linux.zsmalloc.inspection import (
    broken_chains,
    broken_headers,
    live_handles,
    recounted_pages,
)
from targets.linux.zsmalloc.migration import migrate_page
from targets.linux.zsmalloc.pool import zs_free, zs_malloc
from targets.linux.zsmalloc.structs import Pool
from tests.targets.linux.zsmalloc.bench import (
    INDEX,
    KERNELS,
    LOCATION,
    MAPPED,
    SLOW,
    get,
    pool_on,
    put,
)

SIZES = (24, 1300, 2500, 3256, 4096)


def seeds_for(kernel: Kernel, share: int) -> range:
    """Fewer for later kernels: there are many of them, and they have most code in common."""
    return range(share if kernel in (LOCATION, INDEX) else share // 5)


def churn(pool: Pool, choices: Choices) -> None:
    """Allocate, use and free objects of one task; compact, or move a page, now and then."""
    mine: dict[int, bytes] = {}
    for _ in range(12):
        size = choices.one_of(SIZES)
        handle = zs_malloc(pool, size, SLOW)
        mine[handle] = bytes([choices.below(256)]) * size
        put(pool, handle, mine[handle])
        if choices.percent(40):
            zs_compact(pool)
        if choices.percent(30):
            with suppress(Refusal):
                migrate_page(pool, pool.memory.page(choices.one_of(sorted(pool.zspages))))
        victim = choices.one_of(list(mine))
        assert get(pool, victim, len(mine[victim])) == mine[victim], "an object keeps its bytes"
        if choices.percent(60):
            zs_free(pool, victim)
            del mine[victim]


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)
@pytest.mark.parametrize("strategy", ["walk", "pct3", "pos"])
def test_objects_survive_every_schedule_of_use_and_compaction(
    kernel: Kernel, strategy: str
) -> None:
    for seed in seeds_for(kernel, 30):
        choices = Choices(seed)
        pool = pool_on(kernel, strategy=strategy_named(strategy, choices, 800))
        for name in "ABC":
            child = Choices(choices.seed_for_child())
            pool.world.spawn(name, partial(churn, pool, child))
        pool.world.run()
        assert pool.world.findings == []
        assert [*broken_chains(pool), *broken_headers(pool)] == []
        assert pool.pages_allocated == recounted_pages(pool) == pool.memory.in_use
        assert len(live_handles(pool)) == pool.handle_cache.live


def vandalize(pool: Pool, choices: Choices, handles: list[int]) -> None:
    """Misuse shared handles in every way: overrun them, free them twice, use them after that."""
    for _ in range(12):
        if not handles or choices.percent(40):
            handles.append(zs_malloc(pool, choices.one_of(SIZES), SLOW))
            continue
        handle = choices.one_of(handles)
        match choices.below(4):
            case 0:
                put(pool, handle, bytes([choices.below(256)]) * choices.below(4097))
            case 1:
                get(pool, handle, choices.below(4097))
            case 2:
                zs_free(pool, handle)
            case _:
                zs_compact(pool)


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)
def test_whatever_its_users_do_ends_in_findings_and_never_in_a_bug_of_the_model(
    kernel: Kernel,
) -> None:
    kinds: set[str] = set()
    for seed in seeds_for(kernel, 150):
        choices = Choices(seed)
        pool = pool_on(kernel, strategy=strategy_named("walk", choices, 800))
        handles: list[int] = []
        for name in "ABC":
            child = Choices(choices.seed_for_child())
            pool.world.spawn(name, partial(vandalize, pool, child, handles))
        pool.world.run()
        kinds.update(finding.kind for finding in pool.world.findings)
        list(broken_chains(pool))
        list(broken_headers(pool))
    assert kinds >= {
        "zsmalloc-double-free",
        "zsmalloc-out-of-bounds",
        "zsmalloc-use-after-free",
        "zsmalloc-wild-access",
    }
    assert ("foreign-memory-corrupted" in kinds) == (kernel in MAPPED)
