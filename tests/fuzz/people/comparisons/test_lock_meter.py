"""Locks cost what tasks do while they hold them."""

from collections.abc import Callable, Mapping
from typing import Final

from fuzz.people.comparisons.lock_meter import LockCost, LockMeter
from fuzz.values.point import Point
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import BitLock
from fuzz.world.sync.rw_semaphore import RwSemaphore
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.world import World

SHELF: Final = LockClass("shelf", "a shelf")
DOOR: Final = LockClass("door", "the door")
WORK: Final = Point("work", "do something")


def costs_of(world: World, *bodies: Callable[[], None]) -> Mapping[str, LockCost]:
    meter = LockMeter(world)
    world.attach(meter)
    for body in bodies:
        world.spawn("A", body)
    world.run()
    return meter.costs()


def test_a_hold_is_measured_in_the_points_that_are_passed_meanwhile() -> None:
    world = World()
    one, other = SpinLock(world, SHELF), SpinLock(world, SHELF, 2)

    def body() -> None:
        with one:
            world.reach(WORK)
            world.reach(WORK)
        with other:
            pass
        with SpinLock(world, DOOR):
            world.reach(WORK)

    assert costs_of(world, body) == {
        "door": LockCost(taken=1, held=2, longest=2),
        "shelf": LockCost(taken=2, held=4, longest=3),
    }


def test_who_share_a_lock_hold_it_each_for_himself() -> None:
    world = World()
    door = RwSemaphore(world, DOOR)

    def body() -> None:
        with door.reading():
            world.reach(WORK)

    assert costs_of(world, body, body) == {"door": LockCost(taken=2, held=4, longest=2)}


def test_a_lock_that_another_task_drops_was_held_until_then() -> None:
    world = World()
    shelf = BitLock(world, SHELF)

    def take() -> None:
        shelf.acquire()

    def drop() -> None:
        world.reach(WORK)
        shelf.release()

    (cost,) = costs_of(world, take, drop).values()
    assert (cost.taken, cost.held) == (1, cost.longest)
    assert cost.held > 2


def test_what_is_never_dropped_is_held_to_the_end() -> None:
    world = World()

    def body() -> None:
        BitLock(world, SHELF).acquire()
        for _ in range(5):
            world.reach(WORK)

    assert costs_of(world, body)["shelf"].taken == 1
    assert costs_of(World(), lambda: None) == {}


def test_what_was_taken_before_the_measuring_costs_nothing() -> None:
    world = World()
    shelf = BitLock(world, SHELF)
    world.boot(shelf.acquire)
    assert costs_of(world, shelf.release) == {}


def test_costs_add_up_but_for_the_longest() -> None:
    assert LockCost(1, 5, 5) + LockCost(2, 7, 4) == LockCost(3, 12, 5)
