"""Memory pressure: kswapd and direct reclaim push anonymous pages out when frames run short."""

import pytest

from targets.linux.machine.memory import Memory
from targets.linux.machine.zone import Zone
from targets.linux.mm.kswapd import reclaim_when_memory_is_short
from targets.linux.mm.mlock import mlock
from targets.linux.mm.user import user_store
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, filled

FRAMES = 16
"""min 4, low 5, high 6."""


def zone_of(memory: Memory) -> Zone:
    assert memory.zone is not None
    return memory.zone


def short_of_memory(version: str = "4.9", *, slow: bool = False) -> Rig:
    rig = Rig(version, pages=32, frames=FRAMES)
    reclaim_when_memory_is_short(rig.core)
    rig.driver.has_rw_page = not slow
    rig.driver.asynchronous = slow
    return rig


def store_many(rig: Rig, pages: int) -> None:
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    for index in range(pages):
        user_store(rig.core, rig.mm, index, filled("a"))


@pytest.mark.parametrize("slow", [True, False])
@pytest.mark.parametrize("version", ["4.9", "5.10", "6.12"])
def test_processes_may_have_more_memory_than_the_machine(version: str, *, slow: bool) -> None:
    rig = short_of_memory(version, slow=slow)

    def body() -> list[str]:
        store_many(rig, 24)
        return sorted(rig.load(index) for index in range(24))

    assert rig.run(body) == [["a"] * 24]
    assert rig.core.counters.pswpout >= 24 - FRAMES


def test_kswapd_stops_at_the_high_watermark() -> None:
    """One task stays above `min`; kswapd runs when that has ended."""
    rig = short_of_memory()
    rig.run(lambda: store_many(rig, 12))
    zone = zone_of(rig.core.memory)
    assert (zone.free, rig.core.isolated) == (zone.watermarks.high + 1, {})
    assert [task.name for task in rig.world.tasks] == ["A", "kswapd"]


def test_without_swap_a_store_fails_at_the_min_watermark() -> None:
    rig = short_of_memory()
    stored: list[int] = []

    def body() -> None:
        for index in range(20):
            user_store(rig.core, rig.mm, index, filled("a"))
            stored.append(index)

    assert rig.run(body) == ["VM_FAULT_OOM"]
    assert len(stored) == FRAMES - zone_of(rig.core.memory).watermarks.min


def test_mlocked_pages_are_not_reclaimed() -> None:
    rig = short_of_memory()

    def body() -> list[str]:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        mlock(rig.core, rig.mm, 0)
        store_many_more(rig)
        return [rig.where(0), rig.where(1)]

    assert rig.run(body) == [["writable", "swap"]]


def store_many_more(rig: Rig) -> None:
    for index in range(20):
        user_store(rig.core, rig.mm, index, filled("b"))
