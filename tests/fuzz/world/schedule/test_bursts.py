"""Claims about bursts."""

from itertools import groupby

from fuzz.values.choices import Choices
from fuzz.world.schedule.bursts import DOUBLINGS, Bursts
from tests.fuzz.world.toys import task_at

LONGEST = 1 << (DOUBLINGS - 1)


def lengths(bursts: Bursts, steps: int) -> list[int]:
    tasks = [task_at(number) for number in range(3)]
    picked = [bursts.pick(tasks, tasks[0], stays=True) for _ in range(steps)]
    return [len(list(group)) for _, group in groupby(picked, key=lambda task: task.number)]


def test_bursts_are_of_all_lengths_up_to_the_longest() -> None:
    found = lengths(Bursts(Choices(1)), 20_000)
    assert max(found) == LONGEST
    assert {1, 2, 4, 8, 16, 32} <= set(found)


def test_the_next_burst_is_another_task_s() -> None:
    tasks = [task_at(number) for number in range(2)]
    bursts = Bursts(Choices(2))
    picked = [bursts.pick(tasks, tasks[0], stays=True).number for _ in range(2000)]
    assert max(len(list(group)) for _, group in groupby(picked)) <= LONGEST
    assert set(picked) == {0, 1}


def test_who_may_not_run_ends_its_burst_and_one_alone_goes_on() -> None:
    one, other = task_at(0), task_at(1)
    bursts = Bursts(Choices(3))
    bursts.pick([one], one, stays=True)
    assert [bursts.pick([other], one, stays=False) for _ in range(200)] == [other] * 200
