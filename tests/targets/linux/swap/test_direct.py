"""Swap-in that skips the swap cache: when, and what keeps two faults apart."""

from collections.abc import Callable
from functools import partial

import pytest

from fuzz.world.sync.wait_queue import WaitQueue
from targets.linux.block.capabilities import set_synchronous
from targets.linux.kernel.versions import VERSIONS
from targets.linux.mm.fork import fork
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.inspect import pages_in_swap_cache, slots_in_use
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import NAP, Rig, filled, switch

FROM_4_15 = VERSIONS[VERSIONS.index("4.15") :]


def begin(rig: Rig) -> None:
    """Swap out one page to a device in memory."""
    set_synchronous(rig.disk, synchronous=True)
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    user_store(rig.core, rig.mm, 0, filled("a"))
    assert swap_out(rig.core, rig.mm, 0)


def slots_and_cached(rig: Rig) -> tuple[int, int]:
    return len(slots_in_use(rig.core)), len(pages_in_swap_cache(rig.core))


@pytest.mark.parametrize("version", VERSIONS)
def test_from_4_15_on_a_slot_counted_once_is_read_past_the_swap_cache(version: str) -> None:
    rig = Rig(version)

    def body() -> object:
        begin(rig)
        return rig.load(0), slots_and_cached(rig)

    assert rig.run(body) == [("a", (0, 0) if version in FROM_4_15 else (1, 1))]


@pytest.mark.parametrize("version", FROM_4_15)
def test_a_slot_of_two_processes_goes_through_the_swap_cache(version: str) -> None:
    rig = Rig(version)

    def body() -> object:
        begin(rig)
        fork(rig.core, rig.mm)
        return rig.load(0), slots_and_cached(rig)

    assert rig.run(body) == [("a", (1, 1))]


@pytest.mark.parametrize("version", FROM_4_15)
def test_a_device_that_is_not_synchronous_goes_through_the_swap_cache(version: str) -> None:
    rig = Rig(version)

    def body() -> object:
        begin(rig)
        rig.core.swap_info[0].flags &= ~rig.core.layout.synchronous_io
        return rig.load(0), len(pages_in_swap_cache(rig.core))

    assert rig.run(body) == [("a", 1)]


@pytest.mark.parametrize("version", ["4.15", "5.10", "6.12"])
def test_a_page_read_past_the_swap_cache_is_written_when_it_goes_again(version: str) -> None:
    """No page table entry says that it is dirty, and its slot is gone."""
    rig = Rig(version)

    def body() -> object:
        begin(rig)
        return rig.load(0), swap_out(rig.core, rig.mm, 0), rig.load(0)

    assert rig.run(body) == [("a", True, "a")]


def run_after_boot(rig: Rig, *bodies: Callable[[], object]) -> list[object]:
    """Run bodies as tasks B, C that can all run once A has swapped the page out."""
    queue = WaitQueue(rig.world)
    booted: list[bool] = []

    def boot() -> None:
        begin(rig)
        booted.append(True)
        queue.wake_all()

    def task(body: Callable[[], object]) -> object:
        queue.wait_until(lambda: bool(booted), NAP)
        return body()

    return rig.run(boot, *(partial(task, body) for body in bodies))[1:]


@pytest.mark.parametrize("version", FROM_4_15)
def test_two_faults_on_one_slot_are_told_apart_by_the_page_table_or_a_pin(version: str) -> None:
    """The second thread begins when the first has read, but not yet mapped."""
    rig = Rig(version, strategy=switch("B ptl.lock#1 C"))
    assert run_after_boot(rig, *[lambda: rig.load(0)] * 2) == ["a", "a"]
    assert slots_and_cached(rig) == (0, 0)
    assert rig.core.memory.in_use == 1


@pytest.mark.parametrize("version", FROM_4_15)
def test_until_6_7_a_fault_may_map_what_the_slot_held_before(version: str) -> None:
    """A known bug, fixed by the pin of 6.8.

    While the first thread has read but not yet mapped, another maps, writes and swaps out again,
    to the same slot: the page table looks as before, and what it stands for is something else.
    """
    rig = Rig(version, pages=2, strategy=switch("B ptl.lock#1 C"))

    def write_and_swap_out() -> bool:
        user_store(rig.core, rig.mm, 0, filled("b"))
        return swap_out(rig.core, rig.mm, 0)

    def load_twice() -> str:
        rig.load(0)
        rig.world.sleep(NAP, 5)
        return rig.load(0)

    last, swapped_out = run_after_boot(rig, load_twice, write_and_swap_out)
    assert swapped_out
    pinned = VERSIONS.index(version) >= VERSIONS.index("6.8")
    assert last == ("b" if pinned else "a")
