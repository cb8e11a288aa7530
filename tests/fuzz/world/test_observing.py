"""Claims about what observers learn, and that a run goes the same way with them."""

import pytest

from fuzz.world.observer import Hold, Hooks, Lock, Observer
from fuzz.world.sync.completion import Completion
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from fuzz.world.sync.per_cpu import PerCpu
from fuzz.world.sync.pseudo_lock import PseudoLock
from fuzz.world.sync.rw_lock import RwLock
from fuzz.world.sync.rw_semaphore import RwSemaphore
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.sync.timer import Timer
from fuzz.world.sync.work_queue import WorkQueue
from fuzz.world.task import Task
from fuzz.world.world import World
from tests.fuzz.world.toys import DONE, LEFT, NAP, PASS, RIGHT, SPIN, jumble, record


class Notes(Observer):
    """Writes down all that it learns, in words."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def acquiring(self, task: Task, lock: Lock, hold: Hold) -> None:
        self.lines.append(f"{task.name} wants {lock.lock_class.name} {hold.value}")

    def acquired(self, task: Task, lock: Lock, hold: Hold) -> None:
        self.lines.append(f"{task.name} has {lock.lock_class.name} {hold.value}")

    def released(self, task: Task, lock: Lock, hold: Hold) -> None:
        self.lines.append(f"{task.name} drops {lock.lock_class.name} {hold.value}")

    def published(self, task: Task, thing: object) -> None:
        self.lines.append(f"{task.name} publishes {type(thing).__name__.strip('_')}")

    def learned(self, task: Task, thing: object) -> None:
        self.lines.append(f"{task.name} learns {type(thing).__name__.strip('_')}")

    def woke(self, waker: Task | None, woken: Task) -> None:
        self.lines.append(f"{waker.name if waker else 'clock'} wakes {woken.name}")

    def spawned(self, parent: Task | None, child: Task) -> None:
        self.lines.append(f"{parent.name if parent else 'nobody'} spawns {child.name}")

    def ended(self, task: Task) -> None:
        self.lines.append(f"{task.name} ends")


class OnlyEnds(Observer):
    def __init__(self) -> None:
        self.tasks: list[str] = []

    def ended(self, task: Task) -> None:
        self.tasks.append(task.name)


def observed() -> tuple[World, list[str]]:
    world = World()
    notes = Notes()
    world.attach(notes)
    return world, notes.lines


def test_a_run_goes_the_same_way_with_an_observer() -> None:
    for seed in range(200):
        alone, seen = World(), World()
        seen.attach(Notes())
        assert record(jumble(alone, seed)) == record(jumble(seen, seed))


def test_who_takes_and_drops_a_lock_is_told_and_who_wakes_whom() -> None:
    world, lines = observed()
    lock = Mutex(world, LEFT)

    def use() -> None:
        with lock:
            world.sleep(NAP, 1)

    world.spawn("A", use)
    world.spawn("B", use)
    world.run()
    assert lines == [
        "nobody spawns A",
        "nobody spawns B",
        "A wants left alone",
        "A has left alone",
        "B wants left alone",
        "clock wakes A",
        "A drops left alone",
        "A wakes B",
        "A ends",
        "B has left alone",
        "clock wakes B",
        "B drops left alone",
        "B ends",
    ]


def test_a_trylock_says_nothing_before_it_has_the_lock() -> None:
    world, lines = observed()
    spin, mutex, semaphore = SpinLock(world, SPIN), Mutex(world, LEFT), RwSemaphore(world, RIGHT)

    def use() -> None:
        for lock in (spin, mutex):
            assert lock.try_acquire()
            lock.release()
        assert semaphore.try_acquire_reading()
        semaphore.release_reading()

    world.spawn("A", use)
    world.run()
    assert lines[1:-1] == [
        "A has spin alone",
        "A drops spin alone",
        "A has left alone",
        "A drops left alone",
        "A has right with others",
        "A drops right with others",
    ]


def test_readers_and_writers_are_told_apart() -> None:
    world, lines = observed()
    spinning, sleeping = RwLock(world, LEFT), RwSemaphore(world, RIGHT)

    def use() -> None:
        spinning.acquire_reading()
        spinning.release_reading()
        spinning.acquire_writing()
        spinning.release_writing()
        with sleeping.reading():
            pass
        with sleeping.writing():
            pass

    world.spawn("A", use)
    world.run()
    assert lines[1:-1] == [
        f"A {verb} {lock} {how}"
        for lock in ("left", "right")
        for how in ("with others", "alone")
        for verb in ("wants", "has", "drops")
    ]


def test_what_is_completed_is_published_and_learned_by_who_waits_or_comes_later() -> None:
    world, lines = observed()
    done = Completion(world, DONE)

    world.spawn("A", done.wait)
    world.spawn("B", done.complete)
    world.spawn("C", done.wait)
    world.run()
    assert lines[3:] == [
        "B publishes Completion",
        "B wakes A",
        "B ends",
        "A learns Completion",
        "A ends",
        "C learns Completion",
        "C ends",
    ]


def test_work_knows_what_was_done_before_it_was_given_and_who_flushes_what_it_did() -> None:
    world, lines = observed()
    queue = WorkQueue(world, "worker")

    def give() -> None:
        queue.add(lambda: world.reach(PASS))
        queue.flush()

    world.spawn("A", give)
    world.run()
    assert lines[1:] == [
        "A publishes Work",
        "A spawns worker",
        "A wants worker alone",
        "worker learns Work",
        "worker wants worker alone",
        "worker has worker alone",
        "worker drops worker alone",
        "worker publishes WorkQueue",
        "worker wakes A",
        "worker ends",
        "A learns WorkQueue",
        "A ends",
    ]


def test_a_timer_knows_what_was_done_before_it_was_set() -> None:
    world, lines = observed()
    timer = Timer(world, "irq", lambda: world.reach(PASS))
    world.spawn("A", lambda: timer.start(3))
    world.run()
    assert lines[1:] == [
        "A publishes Timer",
        "A ends",
        "nobody spawns irq",
        "irq learns Timer",
        "irq ends",
    ]


def test_who_uses_a_cpu_knows_what_was_done_on_it_before() -> None:
    world, lines = observed()
    per_cpu = PerCpu(world, lambda number: [number])

    def use() -> None:
        with per_cpu.using():
            world.reach(PASS)

    world.spawn("A", use)
    world.run()
    assert lines[1:-1] == ["A learns Cpu", "A publishes Cpu"]


def test_a_pseudo_lock_is_an_order_and_nothing_to_wait_for() -> None:
    world, lines = observed()
    order = PseudoLock(world, LockClass("order", "an order"), hold=Hold.RECURSIVE)

    def use() -> None:
        with order:
            order.might_enter()

    world.spawn("A", use)
    world.run()
    told = [f"A {verb} order {Hold.RECURSIVE.value}" for verb in ("wants", "has", "drops")]
    assert lines[1:-1] == [*told[:2], told[0], told[2]]
    assert [point.name for _, point, _, _ in world.trace] == ["begin", "end"]


def test_an_observer_is_called_only_for_what_it_overrides() -> None:
    hooks = Hooks()
    ends = OnlyEnds()
    hooks.add(ends)
    assert hooks.ended == (ends.ended,)
    assert all(getattr(hooks, name) == () for name in Hooks.__slots__ if name != "ended")


@pytest.mark.parametrize("occasion", Hooks.__slots__)
def test_every_occasion_is_a_method_of_an_observer(occasion: str) -> None:
    assert callable(getattr(Observer, occasion))


def test_a_task_knows_when_in_the_run_it_was_started() -> None:
    world = World()

    def start() -> None:
        world.sleep(NAP, 1)
        world.spawn("child", lambda: None)

    world.spawn("A", start)
    world.run()
    child = next(task for task in world.tasks if task.name == "child")
    passed = [point.name for task, point, _, _ in world.trace[: child.born] if task.name == "A"]
    assert passed == ["begin", NAP.name]
