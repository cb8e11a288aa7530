"""Sleeping while atomic: reported where it may happen, and nowhere else."""

from collections.abc import Callable

import pytest

from fuzz.world.sync.completion import Completion
from fuzz.world.sync.mutex import Mutex
from fuzz.world.sync.per_cpu import PerCpu
from fuzz.world.sync.rw_semaphore import RwSemaphore
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.sync.work_queue import WorkQueue
from fuzz.world.world import World
from tests.fuzz.world.toys import DONE, LEFT, NAP, RIGHT, SPIN


def read(world: World) -> None:
    with RwSemaphore(world, RIGHT).reading():
        pass


def write(world: World) -> None:
    with RwSemaphore(world, RIGHT).writing():
        pass


def complete_and_wait(world: World) -> None:
    completion = Completion(world, DONE)
    completion.complete()
    completion.wait()


def lock(world: World) -> None:
    Mutex(world, LEFT).acquire()


def sleep(world: World) -> None:
    world.sleep(NAP, 1)


SLEEPERS = [lock, read, write, complete_and_wait, sleep, World.might_sleep]

Step = Callable[[World], object]


def under_spinlock(world: World, step: Step) -> None:
    with SpinLock(world, SPIN):
        step(world)


def with_per_cpu_data(world: World, step: Step) -> None:
    with PerCpu(world, int).using():
        step(world)


def directly(world: World, step: Step) -> None:
    step(world)


def plainly(world: World, step: Step) -> None:
    with Mutex(world, LEFT):
        step(world)
    with SpinLock(world, SPIN):
        pass
    step(world)


def kinds(context: Callable[[World, Step], None], step: Step, *, interrupt: bool) -> list[str]:
    world = World()
    world.spawn("A", lambda: context(world, step), interrupt=interrupt)
    world.run()
    return [finding.kind for finding in world.findings]


@pytest.mark.parametrize("step", SLEEPERS)
def test_whatever_may_sleep_is_reported_in_atomic_context_even_if_it_does_not(step: Step) -> None:
    reported = ["sleeping-while-atomic"]
    assert set(kinds(under_spinlock, step, interrupt=False)) == set(reported)
    assert set(kinds(with_per_cpu_data, step, interrupt=False)) == set(reported)
    assert set(kinds(directly, step, interrupt=True)) == set(reported)


@pytest.mark.parametrize("step", SLEEPERS)
def test_whatever_may_sleep_may_do_so_elsewhere(step: Step) -> None:
    assert kinds(plainly, step, interrupt=False) == []


@pytest.mark.parametrize("interrupt", [False, True])
def test_trying_spinning_completing_and_giving_work_are_allowed_everywhere(
    *, interrupt: bool
) -> None:
    def never_sleep(world: World) -> None:
        assert Mutex(world, LEFT).try_acquire()
        Completion(world, DONE).complete()
        WorkQueue(world, "worker").add(lambda: None)
        with SpinLock(world, RIGHT):
            pass

    assert kinds(under_spinlock, never_sleep, interrupt=interrupt) == []


def test_the_place_is_the_function_that_may_sleep() -> None:
    world = World()
    world.spawn("A", lambda: under_spinlock(world, read))
    world.run()
    (finding,) = world.findings
    assert finding.place == "read"
    assert finding.title == "BUG: sleeping function called from invalid context in read"
    assert finding.detail == "task A may sleep in a section with preemption disabled"
