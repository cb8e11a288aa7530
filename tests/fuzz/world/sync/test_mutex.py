import pytest

from fuzz.world.schedule.replay import Replay
from fuzz.world.sync.mutex import BitLock, Mutex
from fuzz.world.world import World
from tests.fuzz.world.toys import LEFT, READ, WRITE, lines, passed, steps_of, switch


def test_a_mutex_lets_one_task_in_at_a_time_whatever_the_switches() -> None:
    world = World(strategy=Replay([switch("A cell.read#1 B"), switch("B left.wait#1 A")]))
    mutex = Mutex(world, LEFT)

    def enter() -> None:
        with mutex:
            world.reach(READ)
            world.reach(WRITE)

    for name in "AB":
        world.spawn(name, enter)
    world.run()
    assert lines(world)[1:-1] == [
        "A left.lock#1 0",
        "B begin#1 1",
        "B left.lock#1 0",
        "B left.wait#1 0",
        "A cell.read#1 0",
        "A cell.write#1 0",
        "A left.unlock#1 0",
        "A end#1 0",
        "B cell.read#1 0",
        "B cell.write#1 0",
        "B left.unlock#1 0",
    ]
    assert not mutex.locked


def test_a_waiter_that_comes_too_late_waits_again() -> None:
    world = World(strategy=Replay([switch("A cell.read#1 B"), switch("A left.unlock#2 B")]))
    mutex = Mutex(world, LEFT)

    def enter_twice() -> None:
        for _ in range(2):
            with mutex:
                world.reach(READ)

    for name in "AB":
        world.spawn(name, enter_twice)
    world.run()
    assert [line for line in lines(world) if "wait" in line] == [
        "B left.wait#1 0",
        "B left.wait#2 0",
    ]
    assert world.findings == []


def test_trying_takes_a_free_lock_only() -> None:
    world, taken = World(), list[bool]()
    mutex = Mutex(world, LEFT)
    world.spawn("A", lambda: taken.extend([mutex.try_acquire(), mutex.try_acquire()]))
    world.run()
    assert (taken, mutex.locked) == ([True, False], True)


def test_the_lock_is_dropped_when_the_block_ends_with_an_error() -> None:
    world = World()
    mutex = Mutex(world, LEFT)

    def fail() -> None:
        with pytest.raises(KeyError), mutex:
            raise KeyError

    world.spawn("A", fail)
    world.run()
    assert not mutex.locked


def test_a_task_that_takes_a_mutex_twice_hangs() -> None:
    world = World()
    mutex = Mutex(world, LEFT)
    world.spawn("A", steps_of(mutex.acquire, mutex.acquire))
    world.run()
    assert [finding.kind for finding in world.findings] == ["hung-task"]


def drop_by_another(lock_type: type[BitLock]) -> World:
    world = World()
    lock = lock_type(world, LEFT)
    world.spawn("A", lock.acquire)
    world.spawn("B", lock.release)
    world.run()
    return world


def test_a_bit_lock_may_be_dropped_by_another_task() -> None:
    assert passed(drop_by_another(BitLock)) == ["A", "B"]


def test_a_mutex_dropped_by_another_task_stops_the_machine() -> None:
    (finding,) = drop_by_another(Mutex).findings
    assert (finding.kind, finding.place) == ("wrong-unlock", "world")
    assert finding.detail == "task B drops left, which task A holds"


def test_dropping_a_free_lock_stops_the_machine() -> None:
    world = World()
    world.spawn("A", BitLock(world, LEFT).release)
    world.run()
    assert [finding.detail for finding in world.findings] == [
        "task A drops left, which nobody holds so"
    ]


def test_instances_of_a_class_are_told_apart_in_the_trace() -> None:
    world = World()
    world.spawn("A", Mutex(world, LEFT, 7).acquire)
    world.run()
    assert "A left.lock#1 7" in lines(world)


def test_who_waits_for_a_lock_does_not_have_it_afterwards() -> None:
    world = World(strategy=Replay([switch("A cell.read#1 B")]))
    lock = BitLock(world, LEFT)

    def enter() -> None:
        with lock:
            world.reach(READ)

    world.spawn("A", enter)
    world.spawn("B", lock.wait)
    world.run()
    assert lines(world)[1:] == [
        "A left.lock#1 0",
        "B begin#1 1",
        "B left.wait#1 0",
        "A cell.read#1 0",
        "A left.unlock#1 0",
        "A end#1 0",
        "B end#1 1",
    ]
    assert not lock.locked
