"""Slab caches: addresses of objects of one size."""

from fuzz.values.point import Point, fault_point
from fuzz.world.task import Task
from fuzz.world.world import World
from targets.linux.machine.errno import ENOMEM
from targets.linux.machine.gfp import GFP_NOIO, Gfp
from targets.linux.machine.memory import Memory
from targets.linux.machine.slab import CACHE_SPAN, KmemCache, failslab_exempt

CELL = fault_point("driver.cell", "a cell for the driver", ENOMEM, capability="failslab")


class FailSecond:
    """A fault plan that fails the second visit, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, bool]] = []

    def decide(
        self, task: Task, point: Point, visit: int, size: int, *, exempt: bool
    ) -> str | None:
        del task
        self.asked.append((size, exempt))
        return point.faults[0] if visit == 2 else None


def test_objects_lie_side_by_side_and_the_last_freed_comes_back_first() -> None:
    world = World()
    cache = KmemCache(Memory(world), "cells", 8)

    def body() -> None:
        addresses = [cache.alloc(GFP_NOIO, CELL) for _ in range(3)]
        assert addresses == [CACHE_SPAN, CACHE_SPAN + 8, CACHE_SPAN + 16]
        cache.free(addresses[1])
        assert cache.live == 2
        assert cache.alloc(GFP_NOIO, CELL) == addresses[1]

    world.spawn("A", body)
    world.run()


def test_caches_of_a_machine_share_no_address() -> None:
    memory = Memory(World())
    caches = [KmemCache(memory, "cells", 8) for _ in range(2)]
    assert [cache.number for cache in caches] == [0, 1]


def test_an_allocation_fails_as_planned_and_says_how_much_it_wanted() -> None:
    plan = FailSecond()
    world = World(faults=plan)
    cache = KmemCache(Memory(world), "cells", 8)
    addresses: list[int] = []

    def body() -> None:
        addresses.extend([cache.alloc(GFP_NOIO, CELL), cache.alloc(Gfp.HIGH, CELL)])

    world.spawn("A", body)
    world.run()
    assert addresses == [CACHE_SPAN, 0]
    assert plan.asked == [(8, True), (8, False)]
    assert cache.live == 1


def test_either_reclaim_bit_keeps_drawn_faults_away() -> None:
    masks = (Gfp.DIRECT_RECLAIM, Gfp.KSWAPD_RECLAIM | Gfp.NOWARN, Gfp.HIGH)
    assert [failslab_exempt(mask) for mask in masks] == [True, True, False]
