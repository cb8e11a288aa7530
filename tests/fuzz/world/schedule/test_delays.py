from itertools import product

import pytest

from fuzz.values.choices import Choices
from fuzz.world.schedule.delays import Delays
from fuzz.world.world import World
from tests.fuzz.world.toys import Numbers, count_to_two, task_at


def names(strategy: Delays, tasks: list[int], steps: int) -> str:
    eligible = [task_at(number) for number in tasks]
    return "".join(strategy.pick(eligible, eligible[0], stays=True).name for _ in range(steps))


def test_without_delays_a_task_runs_until_it_can_no_more_then_the_next_one() -> None:
    strategy = Delays(Choices(0), 0, 1)
    assert names(strategy, [0, 1, 2], 3) == "AAA"
    assert names(strategy, [1, 2], 2) == "BB"
    assert names(strategy, [0, 2], 2) == "CC"
    assert names(strategy, [0], 1) == "A"


def test_a_delay_gives_the_turn_to_the_next_task_for_good() -> None:
    assert names(Delays(Numbers(2), 1, 9), [0, 1, 2], 5) == "AABBB"


def test_two_delays_at_one_step_skip_a_task() -> None:
    assert names(Delays(Numbers(1, 1), 2, 9), [0, 1, 2], 4) == "ACCC"


def test_after_the_last_task_comes_the_first() -> None:
    assert names(Delays(Numbers(0, 1, 2), 3, 9), [0, 1, 2], 4) == "BCAA"


def test_a_step_is_a_choice_between_two_tasks() -> None:
    strategy = Delays(Numbers(1), 1, 9)
    assert names(strategy, [0], 5) == "AAAAA"
    assert names(strategy, [0, 1], 3) == "ABB"


@pytest.mark.parametrize(("delays", "steps"), [(-1, 1), (1, 0)])
def test_delays_are_counted_and_a_run_has_a_step(delays: int, steps: int) -> None:
    with pytest.raises(AssertionError, match=r"a (number|run)"):
        Delays(Choices(0), delays, steps)


def test_one_delay_loses_the_update_in_as_many_runs_as_there_are_places_for_it() -> None:
    found = [
        steps
        for (steps,) in product(range(8))
        if count_to_two(World(strategy=Delays(Numbers(steps), 1, 8))) == 1
    ]
    assert len(found) == 1  # between the read and the write of the first task
