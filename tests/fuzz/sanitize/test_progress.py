"""Who waits for whom, what is lost, and what goes round: each with its corrected twin."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from fuzz.sanitize.progress import Progress
from fuzz.values.finding import Finding
from fuzz.world.schedule.replay import Replay
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from fuzz.world.sync.wait_queue import WaitQueue
from fuzz.world.world import World
from tests.fuzz.world.toys import LEFT, NEVER, PASS, RIGHT, switch


def watched(*switches: str, steps_max: int = 1000) -> World:
    world = World(strategy=Replay([switch(text) for text in switches]), steps_max=steps_max)
    world.attach(Progress(world))
    return world


def run(world: World, *bodies: Callable[[], None]) -> list[Finding]:
    for name, body in zip("ABCD", bodies, strict=False):
        world.spawn(name, body)
    world.run()
    return world.findings


def embrace(world: World, *, in_order: bool = False) -> list[Callable[[], None]]:
    """Two tasks that take two locks, in opposite orders unless they keep one."""
    left, right = Mutex(world, LEFT), Mutex(world, RIGHT)

    def give() -> None:
        with left, right:
            world.reach(PASS)

    def take() -> None:
        first, second = (left, right) if in_order else (right, left)
        with first, second:
            world.reach(PASS)

    return [give, take]


def test_a_circle_of_tasks_is_one_deadlock_whoever_waited_first() -> None:
    title = "INFO: task A:1 and B:2 blocked for more than 120 seconds in give / take"
    detail = (
        "A waits at right.wait: wait for the lock of the right toy, held by B, "
        "while it holds left 0; "
        "B waits at left.wait: wait for the lock of the left toy, held by A, "
        "while it holds right 0"
    )
    world = watched("A right.lock#1 B")
    findings = run(world, *embrace(world))
    assert [(one.places, one.title, one.detail) for one in findings] == [
        (("give", "take"), title, detail)
    ]
    world = watched("A begin#1 B", "B left.lock#1 A")
    assert [one.places for one in run(world, *embrace(world))] == [("give", "take")]


def test_two_locks_in_one_order_are_no_deadlock() -> None:
    world = watched("A right.lock#1 B")
    assert run(world, *embrace(world, in_order=True)) == []


def test_who_waits_behind_a_deadlock_is_told_of_with_it() -> None:
    world = watched("A right.lock#1 B")
    left, right = Mutex(world, LEFT), Mutex(world, RIGHT)

    def give() -> None:
        with left, right:
            pass

    def take() -> None:
        with right, left:
            pass

    def look() -> None:
        with left:
            pass

    findings = run(world, give, take, look)
    assert [one.places for one in findings] == [("give", "take")]
    assert findings[0].detail.endswith("; behind that wait C in look")


def test_a_task_that_waits_for_itself_is_a_circle_of_one() -> None:
    world = watched()
    left = Mutex(world, LEFT)

    def twice() -> None:
        with left, left:
            pass

    findings = run(world, twice)
    title = "INFO: task A:1 blocked for more than 120 seconds in twice, by itself"
    assert [one.title for one in findings] == [title]


@pytest.mark.parametrize("diners", [2, 3])
def test_philosophers_hang_together_unless_one_of_them_is_left_handed(diners: int) -> None:
    for polite in (False, True):
        names = "ABC"[:diners]
        order = [f"{one} pass#1 {two}" for one, two in pairwise(names)]
        world = watched(*order)
        forks = [Mutex(world, LockClass("fork", "a fork"), at) for at in range(diners)]

        def dine(
            at: int, world: World = world, forks: list[Mutex] = forks, *, polite: bool = polite
        ) -> None:
            mine, other = forks[at], forks[(at + 1) % len(forks)]
            first, second = (other, mine) if polite and at == 0 else (mine, other)
            with first:
                world.reach(PASS)
                with second:
                    pass

        findings = run(world, *[lambda at=at, dine=dine: dine(at) for at in range(diners)])
        assert [one.places for one in findings] == ([] if polite else [("dine",)])
        if not polite:
            told = " and ".join(f"{name}:{n}" for n, name in enumerate(names, 1))
            assert f"task {told} blocked" in findings[0].title


def test_a_task_that_sleeps_although_its_condition_holds_was_not_woken() -> None:
    for wakes in (False, True):
        world = watched()
        queue, ready = WaitQueue(world), [False]

        def wait(queue: WaitQueue = queue, ready: list[bool] = ready) -> None:
            queue.wait_until(lambda: ready[0], NEVER)

        def finish(
            queue: WaitQueue = queue, ready: list[bool] = ready, *, wakes: bool = wakes
        ) -> None:
            ready[0] = True
            if wakes:
                queue.wake_all()

        kinds = [(one.kind, one.place) for one in run(world, wait, finish)]
        assert kinds == ([] if wakes else [("lost-wakeup", "wait")])


def test_a_task_whose_condition_never_comes_true_hangs() -> None:
    world = watched()
    queue = WaitQueue(world)

    def wait() -> None:
        queue.wait_until(lambda: False, NEVER)

    assert [(one.kind, one.place) for one in run(world, wait)] == [("hung-task", "wait")]


def test_a_lock_that_its_holder_took_along_says_so() -> None:
    world = watched()
    left = Mutex(world, LEFT)

    def wait() -> None:
        with left:
            pass

    findings = run(world, left.acquire, wait)
    assert [one.place for one in findings] == ["wait"]
    assert "held by A, which has ended" in findings[0].detail


def test_a_livelock_is_called_after_the_function_that_goes_round_wherever_it_is_just_then() -> None:
    for budget in (400, 401, 402):
        world = watched(steps_max=budget)

        def try_again(world: World = world) -> None:
            while True:
                look(world)
                world.reach(NEVER)

        def look(world: World) -> None:
            world.reach(PASS)

        findings = run(world, try_again)
        assert [(one.kind, one.place) for one in findings] == [("livelock", "try_again")]
        stuck = f"watchdog: BUG: soft lockup - CPU#0 stuck for {budget} points! [A:1]"
        assert findings[0].title == stuck
        assert findings[0].detail.startswith("a round of 2 points repeats; A: ")


def test_two_tasks_that_give_way_to_each_other_are_both_named() -> None:
    world = watched(steps_max=400)
    queue, turn = WaitQueue(world), ["A"]

    def bow(name: str, other: str) -> None:
        while True:
            queue.wait_until(lambda: turn[0] == name, NEVER)
            world.reach(PASS)
            turn[0] = other
            queue.wake_all()

    findings = run(world, lambda: bow("A", "B"), lambda: bow("B", "A"))
    assert [(one.kind, one.place) for one in findings] == [("livelock", "bow")]
    assert "; A: " in findings[0].detail
    assert "; B: " in findings[0].detail


def test_a_long_run_with_an_end_is_no_livelock() -> None:
    world = watched(steps_max=400)

    def count() -> None:
        for _ in range(390):
            world.reach(PASS)

    assert run(world, count) == []
