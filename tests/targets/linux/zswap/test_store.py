"""Storing: what stays in memory, what goes to the device, and what becomes of older copies."""

import pytest

from fuzz.world.strategy import DefaultOrder
from targets.linux.kernel.versions import VERSIONS
from targets.linux.zswap.inspection import ZswapRecount, pool_pages, zswap_recount
from targets.linux.zswap.store import zswap_store
from tests.targets.linux.swap.machines import faults
from tests.targets.linux.zswap.benches import RANDOM, TEXT, Bench, contents, since, until

ONE_WORD = ("4.20", "5.0", "5.4", "5.10", "5.15", "5.17", "5.19", "6.1", "6.3", "6.5", "6.8")


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_page_that_is_swapped_out_stays_in_memory_until_it_is_needed(kernel: str) -> None:
    bench = Bench(kernel)

    def body() -> list[object]:
        bench.out(0, TEXT)
        seen: list[object] = [bench.held(), bench.written()]
        return [*seen, bench.load(0) == contents(TEXT)]

    assert bench.run(body) == [[[1], [], True]]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_page_that_does_not_compress_goes_to_the_device_until_6_18(kernel: str) -> None:
    bench = Bench(kernel)

    def body() -> list[object]:
        bench.out(0, RANDOM)
        return [bench.held(), bench.written(), bench.load(0) == contents(RANDOM)]

    kept = kernel in since("6.18")
    assert bench.run(body) == [[[1], [], True] if kept else [[], [1], True]]


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize("recipe", ["zeros", "same:0x11"])
def test_a_page_of_one_word_takes_no_memory_while_kernels_look_for_it(
    kernel: str, recipe: str
) -> None:
    bench = Bench(kernel)
    counts = bench.zswap.counters

    def body() -> list[object]:
        bench.out(0, recipe)
        no_memory = pool_pages(bench.zswap) == 0
        seen = [bench.held(), counts.stored_pages, counts.same_filled_pages, no_memory]
        return [*seen, bench.load(0) == contents(recipe)]

    zeromap = recipe == "zeros" and kernel in since("6.12")
    one_word = kernel in ONE_WORD
    expected = [[], 0, 0, True, True] if zeromap else [[1], 1, one_word, one_word, True]
    assert bench.run(body) == [expected]


NO_ENTRY = ("A zswap.entry#1 ENOMEM", "reject_kmemcache_fail")
NOT_COMPRESSED = ("A zswap.compress#1 EINVAL", "reject_compress_fail")
"""Later kernels keep as it is what does not compress."""


@pytest.mark.parametrize(
    ("kernel", "fault", "counted"),
    [
        *((kernel, *NO_ENTRY) for kernel in VERSIONS),
        *((kernel, *NOT_COMPRESSED) for kernel in until("6.18")),
    ],
)
def test_a_store_that_fails_leaves_the_page_to_the_device(
    kernel: str, fault: str, counted: str
) -> None:
    bench = Bench(kernel)
    bench.rig.world.follow(DefaultOrder(), faults(fault))
    bench.run(lambda: bench.out(0, TEXT))
    assert (bench.held(), bench.written()) == ([], [1])
    assert getattr(bench.zswap.counters, counted) == 1
    assert zswap_recount(bench.zswap) == ZswapRecount(0, 0, 0, 0)


@pytest.mark.parametrize("kernel", until("6.8"))
def test_a_pool_without_memory_leaves_the_page_to_the_device(kernel: str) -> None:
    bench = Bench(kernel)
    bench.rig.world.follow(DefaultOrder(), faults("A zbud.page#1 ENOMEM"))
    bench.run(lambda: bench.out(0, TEXT))
    assert (bench.held(), bench.written()) == ([], [1])
    assert bench.zswap.counters.reject_alloc_fail == 1


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize("why", ["disabled", "failed"])
def test_no_older_copy_outlives_a_store_that_is_refused(kernel: str, why: str) -> None:
    bench = Bench(kernel)
    bench.rig.world.follow(DefaultOrder(), faults("A zswap.entry#2 ENOMEM"))

    def body() -> list[object]:
        first = zswap_store(bench.zswap, bench.page_of(3, TEXT))
        held = bench.held()
        bench.zswap.enabled = why != "disabled"
        second = zswap_store(bench.zswap, bench.page_of(3, "text:4"))
        return [first, held, second, bench.held()]

    assert bench.run(body) == [[True, [3], False, []]]
    assert zswap_recount(bench.zswap) == ZswapRecount(0, 0, 0, 0)


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_newer_copy_takes_the_place_of_an_older_one(kernel: str) -> None:
    bench = Bench(kernel)

    def body() -> list[bool]:
        return [zswap_store(bench.zswap, bench.page_of(3, recipe)) for recipe in (TEXT, "text:4")]

    assert bench.run(body) == [[True, True]]
    assert (bench.held(), bench.zswap.counters.duplicate_entry) == ([3], 1)
    truth = zswap_recount(bench.zswap)
    assert (truth.stored_pages, truth.lost_objects) == (1, 0)


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_slot_that_becomes_free_loses_its_entry(kernel: str) -> None:
    bench = Bench(kernel)

    def body() -> list[list[int]]:
        bench.out(0, TEXT)
        held = bench.held()
        bench.out(0, "text:4")
        return [held, bench.held()]

    (answer,) = bench.run(body)
    assert answer in ([[1], [1]], [[1], [2]])
    assert zswap_recount(bench.zswap).stored_pages == 1
