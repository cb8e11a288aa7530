"""How runs end: done, hung, out of steps, stopped, or with an error of our own."""

from collections.abc import Callable

import pytest

from fuzz.values.finding import Finding, Harm
from fuzz.values.promise import Promise
from fuzz.world.schedule.replay import Replay
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from fuzz.world.sync.rw_semaphore import RwSemaphore
from fuzz.world.sync.wait_queue import WaitQueue
from fuzz.world.task import Unwind
from fuzz.world.world import World
from tests.fuzz.world.toys import LEFT, NEVER, PASS, RIGHT, embrace, passed, switch

OOPS = Promise("oops", "The machine lives.", Harm.CRASH)
LEAK = Promise("leak", "Nothing is missing.", Harm.LEAK)
HOLE = Promise("hole", "Nothing is open.", Harm.LEAK)


class Lingering:
    """Tasks A and B that wait for ever and write down when their `finally` runs."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.unwound: list[str] = []
        self._queue = WaitQueue(world)
        for name in "BA":
            world.spawn(name, self._linger)

    def _linger(self) -> None:
        try:
            self._queue.wait_until(lambda: False, NEVER)
        finally:
            self.unwound.append(self.world.running.name)


def stop(world: World) -> None:
    world.report(OOPS, "BUG: oops", fatal=True)


def test_tasks_that_are_left_are_unwound_in_order_before_run_returns() -> None:
    world = World()
    lingering = Lingering(world)
    world.run()
    assert lingering.unwound == ["B", "A"]
    assert [finding.kind for finding in world.findings] == ["hung-task"]


def test_a_fatal_finding_stops_the_machine_and_unwinds_all_tasks() -> None:
    world = World()
    lingering = Lingering(world)
    world.spawn("C", lambda: stop(world))
    world.spawn("never started", lambda: lingering.unwound.append("started"))
    world.run()
    assert lingering.unwound == ["B", "A"]
    title = "BUG: oops"
    assert world.findings == [
        Finding("oops", ("stop",), Harm.CRASH, title, "", "C", world.findings[0].step)
    ]
    assert [task.greenlet for task in world.tasks] == [None] * 4


def test_an_assertion_of_ours_comes_out_of_run_and_all_tasks_are_unwound() -> None:
    world = World()
    lingering = Lingering(world)

    def fail() -> None:
        world.reach(PASS)
        raise AssertionError("ours")

    world.spawn("C", fail)
    with pytest.raises(AssertionError, match="ours"):
        world.run()
    assert lingering.unwound == ["B", "A"]


def test_an_error_on_the_way_out_comes_out_of_run_after_all_are_unwound() -> None:
    world = World()

    def fail_when_unwound() -> None:
        try:
            world.park(NEVER)
        finally:
            raise AssertionError("on the way out")

    world.spawn("first", fail_when_unwound)
    lingering = Lingering(world)
    with pytest.raises(AssertionError, match="on the way out"):
        world.run()
    assert lingering.unwound == ["B", "A"]


def test_a_task_that_is_unwound_can_neither_go_on_nor_report() -> None:
    world = World()
    mutex = Mutex(world, LEFT)
    gone_on: list[str] = []

    def insist() -> None:
        world.preempt_disable()
        try:
            world.park(NEVER, sleeps=False)
        finally:
            try:
                with mutex:  # would be sleeping while atomic
                    gone_on.append("took the lock")
            finally:
                world.reach(PASS)
                gone_on.append("passed a point")

    world.spawn("A", insist)
    world.run()
    assert gone_on == []
    assert [finding.kind for finding in world.findings] == ["hung-task"]
    assert passed(world) == ["A"]


def test_no_handler_of_the_model_catches_the_unwinding() -> None:
    assert not issubclass(Unwind, Exception)


def test_two_locks_taken_in_opposite_orders_hang_where_the_second_one_is_taken() -> None:
    world = World(strategy=Replay([switch("A right.lock#1 B")]))
    assert embrace(world)
    place, harm = "take", Harm.HANG
    title = "INFO: task {}:1 blocked for more than 120 seconds in take"
    detail = "it waits at right.wait: wait for the lock of the right toy"
    step = len(world.trace)
    assert world.findings == [
        Finding("hung-task", (place,), harm, title.format("A"), detail, "A", step)
    ]


def test_two_locks_do_not_hang_in_the_default_order() -> None:
    assert not embrace(World())


def test_a_task_that_hangs_in_a_with_block_is_blamed_on_the_model_and_not_on_python() -> None:
    world = World()
    semaphore = RwSemaphore(world, RIGHT)

    def write_twice() -> None:
        with semaphore.writing(), semaphore.writing():
            pass

    world.spawn("A", write_twice)
    world.run()
    assert [finding.identity for finding in world.findings] == [("hung-task", "write_twice")]


def test_no_end_within_the_step_budget_is_a_livelock() -> None:
    world = World(steps_max=100)

    def spin() -> None:
        while True:
            world.reach(PASS)

    world.spawn("A", spin)
    lingering = Lingering(world)
    world.run()
    title = "watchdog: BUG: soft lockup - CPU#0 stuck for 100 points! [A:1]"
    assert world.findings == [Finding("livelock", ("spin",), Harm.HANG, title, "", "A", 101)]
    assert (len(world.trace), lingering.unwound) == (101, [])


def test_a_run_that_needs_all_its_steps_is_no_livelock() -> None:
    world = World(steps_max=4)
    for name in "AB":
        world.spawn(name, lambda: None)
    world.run()
    assert (len(world.trace), world.findings) == (4, [])


def test_a_finding_is_noted_once_for_each_kind_and_place() -> None:
    world = World()

    def complain() -> None:
        for promise in (LEAK, LEAK, HOLE):
            world.report(promise, promise.kind, place="here")
            world.report(promise, promise.kind, place="there")

    world.spawn("A", complain)
    world.run()
    assert [finding.identity for finding in world.findings] == [
        ("leak", "here"),
        ("leak", "there"),
        ("hole", "here"),
        ("hole", "there"),
    ]


def test_promises_can_be_judged_when_the_run_is_over() -> None:
    world = World()
    world.spawn("A", lambda: None)
    world.run()
    world.report(LEAK, "one is missing", place="judge", fatal=True)
    assert world.findings == [Finding("leak", ("judge",), Harm.LEAK, "one is missing", "", "-", 2)]


def test_a_world_without_tasks_ends_at_once() -> None:
    world = World()
    world.run()
    assert (world.trace, world.findings) == ([], [])


def test_passing_a_point_outside_a_run_is_our_bug() -> None:
    with pytest.raises(AssertionError, match="passed by tasks"):
        World().reach(PASS)


def test_booting_leaves_no_trace_but_what_it_did_and_found() -> None:
    world = World()
    lock = Mutex(world, LockClass("boot lock", "what is booted"))
    done: list[str] = []

    def boot() -> None:
        with lock:
            world.spawn("worker", lambda: done.append("worker"))
            world.sleep(PASS, 5)
            world.report(LEAK, "early", place="boot")
        done.append("boot")

    world.boot(boot)
    assert (world.trace, world.tasks, world.switches, world.clock.now) == ([], [], (), 5)
    assert (done, [finding.place for finding in world.findings]) == (["worker", "boot"], ["boot"])
    task = world.spawn("worker", lock.acquire)
    world.run()
    assert (task.name, task.number, task.done) == ("worker", 0, True)


@pytest.mark.parametrize("fail", [stop, lambda world: world.park(NEVER)], ids=["oops", "hang"])
def test_a_machine_that_does_not_boot_runs_nothing_else(fail: Callable[[World], None]) -> None:
    world = World()
    world.boot(lambda: fail(world))
    task = world.spawn("A", lambda: None)
    world.run()
    assert (task.done, len(world.findings)) == (False, 1)


def test_a_strategy_and_a_plan_can_be_followed_from_a_later_moment_on() -> None:
    world = World()
    world.boot(lambda: None)
    world.follow(Replay([switch("A begin#1 B")]))
    for name in "AB":
        world.spawn(name, lambda: world.reach(PASS))
    world.run()
    assert passed(world) == ["B", "A"]
