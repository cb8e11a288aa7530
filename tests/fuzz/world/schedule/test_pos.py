from collections.abc import Callable

import pytest

from fuzz.values.choices import Choices
from fuzz.world.schedule.pos import PartialOrderSampling
from fuzz.world.world import World
from tests.fuzz.world.toys import READ, WRITE, Numbers, count_to_two, embrace, glimpse, task_at


def test_the_highest_priority_runs_and_the_others_keep_theirs() -> None:
    a, b, c = tasks = [task_at(number, READ, number) for number in range(3)]
    strategy = PartialOrderSampling(Numbers(1, 3, 2, 0, 0, 0))
    assert strategy.pick(tasks, a, stays=True) is b
    assert strategy.pick(tasks, b, stays=True) is c
    assert strategy.pick(tasks, c, stays=True) is a


def test_an_access_that_conflicts_with_the_executed_one_draws_again() -> None:
    a, b, c = tasks = [task_at(0, WRITE), task_at(1, READ), task_at(2, READ, 7)]
    # A writes; B's read of the same cell loses its 8 and gets a 1, C's of another keeps its 7.
    strategy = PartialOrderSampling(Numbers(9, 8, 7, 0, 1))
    assert strategy.pick(tasks, a, stays=True) is a
    a.pending_instance = 5
    assert strategy.pick(tasks, a, stays=True) is c
    assert b.pending is READ


def test_what_runs_without_being_asked_for_draws_again_when_it_announces() -> None:
    a, b = tasks = [task_at(0, READ, 1), task_at(1, READ, 2)]
    strategy = PartialOrderSampling(Numbers(9, 8, 3, 6, 7))
    assert strategy.pick(tasks, a, stays=True) is a  # A 9, B 8
    # A runs, and a named switch lets B run; both have announced again, so 9 and 8 are void.
    assert strategy.pick(tasks, b, stays=True) is b  # A 3, B 6
    assert strategy.pick(tasks, b, stays=True) is b  # A 3, B 7


@pytest.mark.parametrize(
    "bug", [lambda world: count_to_two(world) == 1, embrace, glimpse], ids=["count", "lock", "look"]
)
def test_toys_are_found_soon(bug: Callable[[World], bool]) -> None:
    found = sum(bug(World(strategy=PartialOrderSampling(Choices(seed)))) for seed in range(300))
    assert found >= 15
