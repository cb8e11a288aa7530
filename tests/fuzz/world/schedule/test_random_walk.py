import pytest

from fuzz.values.choices import Choices
from fuzz.world.schedule.random_walk import RandomWalk
from tests.fuzz.world.toys import task_at


def counts(walk: RandomWalk, *, stays: bool = True) -> list[int]:
    tasks = [task_at(number) for number in range(4)]
    drawn = [walk.pick(tasks, tasks[0], stays=stays) for _ in range(4000)]
    return [drawn.count(task) for task in tasks]


def test_every_task_is_drawn_about_equally_often() -> None:
    assert all(900 < count < 1100 for count in counts(RandomWalk(Choices(1))))


def test_a_sticky_walk_lets_the_running_task_go_on_more_often() -> None:
    first, *others = counts(RandomWalk(Choices(1), stickiness=60))
    assert 2700 < first < 2900  # 60 % and a quarter of the rest
    assert all(350 < count < 450 for count in others)


def test_a_blocked_task_does_not_stick() -> None:
    walk = RandomWalk(Choices(1), stickiness=60)
    assert all(900 < count < 1100 for count in counts(walk, stays=False))


@pytest.mark.parametrize("stickiness", [-1, 100])
def test_a_stickiness_that_draws_nothing_is_our_bug(stickiness: int) -> None:
    with pytest.raises(AssertionError, match="default order"):
        RandomWalk(Choices(1), stickiness=stickiness)
