"""CPUs that go and come back, with toy tasks."""

import pytest

from fuzz.world.hotplug import move_to, online_cpus, take_offline, take_online
from fuzz.world.schedule.replay import Replay
from fuzz.world.world import World
from tests.fuzz.world.toys import PASS, passed, switch


def test_the_tasks_of_a_cpu_that_goes_run_elsewhere() -> None:
    world, seen = World(cpus=3), list[int]()

    def look() -> None:
        world.reach(PASS)
        seen.append(world.running.cpu.number)

    world.spawn("hand", lambda: take_offline(world, 1), cpu=0)
    world.spawn("A", look, cpu=1)
    world.spawn("B", look, cpu=2)
    world.run()
    assert (seen, online_cpus(world)) == ([2, 2], [0, 2])


def test_a_cpu_stays_while_preemption_is_disabled_on_it() -> None:
    world = World(strategy=Replay([switch("A pass#1 hand"), switch("A pass#2 hand")]))
    seen: list[tuple[int, bool]] = []

    def hold() -> None:
        world.preempt_disable()
        world.reach(PASS)
        seen.append((world.running.cpu.number, world.cpus[1].online))
        world.preempt_enable()
        world.reach(PASS)
        seen.append((world.running.cpu.number, world.cpus[1].online))

    world.spawn("A", hold, cpu=1)
    world.spawn("hand", lambda: take_offline(world, 1), cpu=0)
    world.run()
    assert seen == [(1, True), (0, False)]


def test_who_takes_down_the_cpu_that_it_runs_on_moves_too() -> None:
    world, seen = World(cpus=2), list[int]()

    def hand() -> None:
        take_offline(world, 1)
        seen.append(world.running.cpu.number)

    world.spawn("hand", hand, cpu=1)
    world.run()
    assert seen == [0]


def test_new_tasks_avoid_a_cpu_that_is_away_and_find_it_when_it_is_back() -> None:
    world, seen = World(cpus=2), list[int]()

    def hand() -> None:
        take_offline(world, 1)
        seen.append(world.spawn("A", lambda: None, cpu=1).cpu.number)
        take_online(world, 1)
        seen.append(world.spawn("B", lambda: None, cpu=1).cpu.number)

    world.spawn("hand", hand, cpu=0)
    world.run()
    assert seen == [0, 1]


def test_a_task_moves_to_the_cpu_that_it_names() -> None:
    world, seen = World(cpus=2), list[int]()

    def wander() -> None:
        for number in (1, 1, 0):
            move_to(world, number)
            seen.append(world.running.cpu.number)

    world.spawn("A", wander, cpu=0)
    world.run()
    assert seen == [1, 1, 0]


def test_a_task_that_has_moved_holds_its_new_cpu_only() -> None:
    world = World(strategy=Replay([switch("A pass#1 C")]), cpus=2)

    def wander() -> None:
        move_to(world, 1)
        world.preempt_disable()
        world.reach(PASS)
        world.preempt_enable()

    world.spawn("A", wander, cpu=0)
    world.spawn("B", lambda: world.reach(PASS), cpu=1)
    world.spawn("C", lambda: world.reach(PASS), cpu=0)
    world.run()
    assert passed(world) == ["A", "C", "A", "B"]


def test_taking_the_last_cpu_away_is_our_bug() -> None:
    world = World(cpus=1)
    world.spawn("hand", lambda: take_offline(world, 0))
    with pytest.raises(AssertionError, match="one CPU stays"):
        world.run()


def test_who_comes_to_a_cpu_that_is_held_waits_for_a_turn() -> None:
    """A holds CPU 0 when B leaves CPU 1 for it: B may not run before A lets go."""
    world, order = World(strategy=Replay([switch("A pass#1 B")]), cpus=2), list[str]()

    def hold() -> None:
        world.preempt_disable()
        world.reach(PASS)
        order.append("A holds")
        world.preempt_enable()

    def leave() -> None:
        take_offline(world, 1)
        order.append("B goes on")

    world.spawn("A", hold, cpu=0)
    world.spawn("B", leave, cpu=1)
    world.run()
    assert order == ["A holds", "B goes on"]
