"""Which steps come before which, and which of them could have come the other way round."""

from fuzz.verify.footprint import Footprint
from fuzz.verify.happens import Order, initials
from fuzz.verify.tape import Step
from fuzz.world.task import Cpu, Task


def step(task: int, reads: str = "", writes: str = "", after: tuple[int, ...] = ()) -> Step:
    """Make a step of a task; each letter is a place."""
    made = Step(Task(task, str(task), Cpu(task), lambda: None), 0, after, time_passed=False)
    made.footprint = Footprint(frozenset(map(ord, reads)), frozenset(map(ord, writes)))
    return made


def test_steps_of_different_data_are_not_ordered() -> None:
    order = Order([step(0, writes="x"), step(1, writes="y")])
    assert (order.races, order.is_before(0, 1)) == ([], False)


def test_two_looks_are_not_ordered() -> None:
    assert Order([step(0, reads="x"), step(1, reads="x")]).races == []


def test_a_look_and_a_change_race() -> None:
    assert Order([step(0, reads="x"), step(1, writes="x")]).races == [(0, 1)]


def test_what_is_ordered_by_something_in_between_is_no_race() -> None:
    steps = [step(0, writes="x"), step(0, writes="y"), step(1, reads="y"), step(1, reads="x")]
    assert Order(steps).races == [(1, 2)]


def test_who_was_woken_comes_after_who_woke_him_and_that_is_no_race() -> None:
    order = Order([step(0, writes="x"), step(1, writes="x", after=(0,))])
    assert (order.races, order.is_before(0, 1)) == ([], True)


def test_two_replacements_of_elements_may_be_swapped_and_a_walk_may_not() -> None:
    update = Footprint(frozenset(), frozenset(), frozenset({1}))
    walk = Footprint(frozenset({1}), frozenset())
    assert (update.conflicts(update), update.conflicts(walk)) == (False, True)


def test_a_part_can_begin_with_whoever_waits_for_nobody_in_it() -> None:
    steps = [step(0, writes="x"), step(1, writes="y"), step(2, reads="y"), step(1, reads="x")]
    assert initials(Order(steps), steps, [1, 2, 3]) == [1]
