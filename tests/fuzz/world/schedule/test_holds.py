"""Claims about holds."""

from collections import Counter
from itertools import groupby
from typing import Final

from fuzz.values.choices import Choices
from fuzz.values.point import Point
from fuzz.world.schedule.holds import DOUBLINGS, HELD_PERCENT, Holds
from tests.fuzz.world.toys import Numbers, task_at

RARE: Final = Point("rare", "pass a place once")
COMMON: Final = Point("common", "pass a place again and again")
SEEDS: Final = 4000
LONGEST: Final = 1 << (DOUBLINGS - 1)


def test_who_is_held_back_goes_on_after_so_many_steps_of_another() -> None:
    one, other = task_at(0), task_at(1)
    not_now, of_eight, five = 99, 3, 4
    holds = Holds(Numbers(not_now, 0, 0, of_eight, five, 0, *[not_now] * 4))
    assert holds.pick([one, other], one, stays=True) is one
    picked = [holds.pick([one, other], one, stays=True)]
    picked += [holds.pick([one, other], other, stays=True) for _ in range(4)]
    assert picked == [other] * 4 + [one]


def test_a_place_that_is_passed_often_is_held_at_hardly_more_often_than_one_that_is_not() -> None:
    held: Counter[Point] = Counter()
    for seed in range(SEEDS):
        holds = Holds(Choices(seed))
        for point in (RARE, *[COMMON] * 16):
            one, other = task_at(0, point), task_at(1)
            holds.pick([one], one, stays=True)
            held[point] += holds.pick([one, other], one, stays=True) is not one
    assert held[RARE] > SEEDS * HELD_PERCENT // 200
    assert held[COMMON] < 5 * held[RARE]


def test_nobody_is_held_back_longer_than_the_longest_hold() -> None:
    tasks = [task_at(number) for number in range(2)]
    holds = Holds(Choices(5))
    picked = [holds.pick(tasks, tasks[0], stays=True).number for _ in range(20_000)]
    waits = [len(list(steps)) for number, steps in groupby(picked) if number == 1]
    assert max(waits) <= LONGEST


def test_one_of_those_held_back_goes_on_where_nobody_else_can() -> None:
    one, other = task_at(0), task_at(1)
    for seed in range(50):
        holds = Holds(Choices(seed))
        holds.pick([one, other], one, stays=True)
        holds.pick([one, other], other, stays=True)
        assert holds.pick([one], one, stays=True) is one
