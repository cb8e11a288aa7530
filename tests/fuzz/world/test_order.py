"""Who runs when: the default order, forced switches, and tasks that keep their CPU."""

import pytest

from fuzz.world.schedule.replay import Replay
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.task import Task
from fuzz.world.world import World
from tests.fuzz.world.toys import (
    NEVER,
    PASS,
    READ,
    SPIN,
    Onlooker,
    count_to_two,
    lines,
    passed,
    steps_of,
    switch,
)


def test_an_update_is_lost_exactly_under_the_switches_that_let_both_read_first() -> None:
    def count_under(*switches: str) -> int:
        return count_to_two(World(strategy=Replay(map(switch, switches))))

    assert count_under() == 2
    assert count_under("A cell.read#1 B") == 2
    assert count_under("A cell.write#1 B") == 1
    assert count_under("A cell.write#1 B", "B cell.read#1 A") == 2
    assert count_under("A cell.read#1 B", "B cell.write#1 A") == 1


def test_the_default_order_runs_on_until_blocked_then_the_lowest_number() -> None:
    world = World()

    def nap() -> None:
        world.reach(PASS)
        world.sleep(PASS, 1)
        world.reach(PASS)

    for name in "ABC":
        world.spawn(name, nap)
    world.run()
    assert passed(world) == list("AABBCCABC")
    assert world.switches == ()


def test_of_tasks_that_are_woken_together_the_lowest_number_runs_first() -> None:
    world, woken = World(), list[Task]()

    def wait() -> None:
        world.park(NEVER)
        world.reach(PASS)

    def wake_backwards() -> None:
        for task in reversed(woken):
            world.wake(task)

    world.spawn("A", wake_backwards)
    woken += [world.spawn(name, wait) for name in "BC"]
    world.follow(Replay([switch("A begin#1 B"), switch("B never#1 C")]))
    world.run()
    assert passed(world) == list("BCBC")


def test_an_event_is_recorded_when_the_announcer_is_chosen_again() -> None:
    world = World(strategy=Replay([switch("A cell.write#1 B")]))
    count_to_two(world)
    assert lines(world) == [
        "A begin#1 0",
        "A cell.read#1 0",
        "B begin#1 1",
        "B cell.read#1 0",
        "B cell.write#1 0",
        "B end#1 1",
        "A cell.write#1 0",
        "A end#1 0",
    ]
    assert world.switches == (switch("A cell.write#1 B"),)


def test_visits_are_counted_by_task_and_point() -> None:
    world = World()

    def visit() -> None:
        for point in (PASS, READ, PASS):
            world.reach(point, 7)

    for name in "AB":
        world.spawn(name, visit)
    world.run()
    visits = [line for line in lines(world) if line.endswith(" 7")]
    assert visits[:3] == ["A pass#1 7", "A cell.read#1 7", "A pass#2 7"]
    assert visits[3:] == ["B pass#1 7", "B cell.read#1 7", "B pass#2 7"]


def test_a_blocked_task_hands_over_to_the_one_that_a_switch_names() -> None:
    world = World(strategy=Replay([switch("A end#1 C")]))
    for name in "ABC":
        world.spawn(name, lambda: world.reach(PASS))
    world.run()
    assert passed(world) == list("ACB")
    assert world.switches == (switch("A end#1 C"),)


def test_preemption_off_keeps_away_tasks_of_the_same_cpu_but_no_interrupts() -> None:
    onlooker = Onlooker()
    world = World(strategy=onlooker, cpus=2)
    lock = SpinLock(world, SPIN)

    def hold() -> None:
        with lock:
            world.reach(PASS)
        world.reach(READ)

    world.spawn("A", hold, cpu=0)
    world.spawn("B", lambda: None, cpu=0)
    world.spawn("C", lambda: None, cpu=1)
    world.spawn("irq", lambda: None, cpu=0, interrupt=True)
    world.run()
    assert ("A", "pass", ["A", "C", "irq"]) in onlooker.seen
    assert ("A", "cell.read", ["A", "B", "C", "irq"]) in onlooker.seen


def test_preemption_stays_off_until_it_is_enabled_as_often_as_disabled() -> None:
    onlooker = Onlooker()
    world = World(strategy=onlooker, cpus=1)

    def nest() -> None:
        world.preempt_disable()
        world.preempt_disable()
        world.preempt_enable()
        world.reach(PASS)
        world.preempt_enable()
        world.reach(READ)

    world.spawn("A", nest)
    world.spawn("B", lambda: None)
    world.run()
    asked = [point for name, point, _ in onlooker.seen if name == "A"]
    assert asked == ["begin", "cell.read", "end"]


def test_an_interrupt_with_preemption_off_gives_the_cpu_back_to_whom_it_interrupted() -> None:
    onlooker = Onlooker()
    world = World(strategy=Replay([switch("A pass#1 irq")], then=onlooker), cpus=1)

    def hold() -> None:
        world.preempt_disable()
        world.reach(PASS)
        world.reach(READ)
        world.preempt_enable()

    def interrupt() -> None:
        world.preempt_disable()
        world.preempt_enable()

    world.spawn("A", hold)
    world.spawn("irq", interrupt, interrupt=True)
    world.spawn("B", lambda: world.reach(PASS))
    world.run()
    assert ("irq", "end", ["A"]) in onlooker.seen
    assert passed(world) == list("AAB")


def test_a_cpu_is_free_while_its_holder_sleeps_and_held_again_afterwards() -> None:
    onlooker = Onlooker()
    world = World(strategy=onlooker, cpus=1)

    def sleep_while_atomic() -> None:
        world.preempt_disable()
        world.sleep(PASS, 1)
        world.reach(READ)
        world.preempt_enable()

    def live_on() -> None:
        world.sleep(PASS, 1)
        world.reach(READ)

    world.spawn("A", sleep_while_atomic)
    world.spawn("B", live_on)
    world.spawn("C", live_on)
    world.run()
    assert ("A", "pass", ["B", "C"]) in onlooker.seen
    assert [seen for seen in onlooker.seen if seen[:2] == ("A", "cell.read")] == []
    assert [finding.kind for finding in world.findings] == ["sleeping-while-atomic"]


def test_a_task_that_ends_with_preemption_off_is_reported_and_its_cpu_goes_on() -> None:
    world = World(cpus=1)
    world.spawn("A", world.preempt_disable)
    world.spawn("B", lambda: world.reach(PASS))
    world.run()
    assert [finding.identity for finding in world.findings] == [("ended-while-atomic", "A")]
    assert passed(world) == ["B"]


def test_enabling_preemption_that_was_not_disabled_is_our_bug() -> None:
    world = World()
    world.spawn("A", world.preempt_enable)
    with pytest.raises(AssertionError, match="was not disabled"):
        world.run()


def test_cpus_are_dealt_in_turn_unless_the_task_names_its_own() -> None:
    world = World(cpus=2)
    tasks = [world.spawn(name, lambda: None) for name in "ABC"]
    tasks.append(world.spawn("D", lambda: None, cpu=0))
    assert [task.cpu.number for task in tasks] == [0, 1, 0, 0]


def test_a_name_that_is_taken_gets_the_next_free_number() -> None:
    world = World()
    names = ("irq", "irq", "irq.3", "irq", "a.b", "a.b")
    tasks = [world.spawn(name, lambda: None) for name in names]
    assert [task.name for task in tasks] == ["irq", "irq.2", "irq.3", "irq.4", "a.b", "a.b.2"]


def test_a_task_that_is_spawned_by_a_task_runs_in_the_same_world() -> None:
    world = World()

    def pass_by() -> None:
        world.reach(PASS)

    world.spawn("A", steps_of(lambda: world.spawn("B", pass_by), pass_by))
    world.run()
    assert passed(world) == ["A", "B"]
    assert all(task.done for task in world.tasks)
