"""The limit of the pool: what a store does that finds it full, on every kernel."""

import pytest

from tests.targets.linux.swap.machines import NAP, switch
from tests.targets.linux.zswap.benches import Bench, since, until

SHRINK_ONCE = until("4.20")
SHRINK_AND_CHECK = ("4.20", "5.0", "5.4")
WORKER_ONCE = ("5.10", "5.15", "5.17", "5.19", "6.1", "6.3")


def pages_out(
    kernel: str, *, limit: int, then: int | None = None, shows: tuple[str, ...] = ()
) -> Bench:
    """Swap three pages out, of which no two share a page of zbud; change the limit; one more."""
    bench = Bench(kernel, limit=limit)
    bench.rig.expected = list(shows)

    def body() -> None:
        for index in range(3):
            bench.out(index, f"text:{index}")
        if then is not None:
            bench.zswap.max_pages = then
            bench.out(3, "text:3")

    bench.run(body)
    return bench


@pytest.mark.parametrize(
    ("kernels", "held", "written"),
    [
        ((*SHRINK_ONCE, *SHRINK_AND_CHECK), [2, 3], [1]),
        (WORKER_ONCE, [2], [1, 3]),
        (since("6.5"), [], [1, 2, 3]),
    ],
    ids=["before 5.6", "before 6.5", "from 6.5 on"],
)
def test_a_full_pool_makes_room_at_once_or_later(
    kernels: tuple[str, ...], held: list[int], written: list[int]
) -> None:
    for kernel in kernels:
        bench = pages_out(kernel, limit=1)
        assert (kernel, bench.held(), bench.written()) == (kernel, held, written)
        assert bench.zswap.counters.pool_limit_hit >= 1


@pytest.mark.parametrize(
    ("kernels", "held", "written", "shows"),
    [
        (SHRINK_ONCE, [2, 3, 4], [1], ("zswap-over-limit",)),
        (SHRINK_AND_CHECK, [2, 3], [1, 4], ()),
    ],
    ids=["before 4.18", "before 5.6"],
)
def test_a_pool_that_is_still_full_after_a_round_takes_pages_until_4_18(
    kernels: tuple[str, ...], held: list[int], written: list[int], shows: tuple[str, ...]
) -> None:
    for kernel in kernels:
        bench = pages_out(kernel, limit=8, then=0, shows=shows)
        assert (kernel, bench.held(), bench.written()) == (kernel, held, written)


@pytest.mark.parametrize("kernel", WORKER_ONCE)
def test_a_pool_that_was_full_refuses_until_it_is_below_nine_tenths(kernel: str) -> None:
    bench = Bench(kernel, limit=2)
    seen: list[object] = []

    def look() -> None:
        seen.append((bench.held(), bench.written(), bench.zswap.reached_full))

    def body() -> None:
        for index in range(4):
            bench.out(index, f"text:{index}")
        look()
        world = bench.rig.world
        world.sleep(NAP, 1)  # the worker writes one back
        bench.out(4, "text:4")
        look()
        bench.zswap.max_pages = 3
        bench.out(5, "text:5")
        look()

    bench.run(body)
    assert seen == [
        ([1, 2, 3], [4], True),
        ([2, 3], [1, 4, 5], True),
        ([2, 3, 6], [1, 4, 5], False),
    ]


def held_as_the_limit_falls(kernel: str, at: str) -> tuple[list[int], list[int]]:
    """Swap two pages out; at a visit the limit falls to 0: what is held then, and at the end."""
    bench = Bench(kernel, strategy=switch(f"A {at} B"))
    then: list[int] = []

    def two_out() -> None:
        bench.out(0, "text:0")
        bench.out(1, "text:1")

    def lower() -> None:
        then.extend(bench.held())
        bench.zswap.max_pages = 0

    bench.run(two_out, lower)
    return then, bench.held()


@pytest.mark.parametrize("kernel", since("6.8"))
def test_a_limit_that_falls_after_the_check_is_not_held_against_the_page(kernel: str) -> None:
    assert held_as_the_limit_falls(kernel, "zsmalloc.pages_allocated.read#2") == ([1], [])
    assert held_as_the_limit_falls(kernel, "zswap.entry#2") == ([1], [1, 2])


@pytest.mark.parametrize("kernel", since("6.8"))
def test_the_judge_of_the_limit_lets_nobody_run_before_it_looks(kernel: str) -> None:
    for visit in (3, 4):  # Two stores ask twice: a visit of the judge's own would be one more.
        never = f"zsmalloc.pages_allocated.read#{visit}"
        assert held_as_the_limit_falls(kernel, never) == ([1, 2], [1, 2])
