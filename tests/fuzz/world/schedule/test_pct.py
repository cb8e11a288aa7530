from collections.abc import Callable
from itertools import product

import pytest

from fuzz.values.choices import Choices
from fuzz.values.point import Point
from fuzz.world.schedule.pct import Pct
from fuzz.world.strategy import Strategy
from fuzz.world.task import Task
from fuzz.world.world import World
from tests.fuzz.world.toys import PASS, Numbers, count_to_two, glimpse, steps_of, task_at


def names(strategy: Strategy, tasks: list[Task], steps: int) -> str:
    return "".join(strategy.pick(tasks, tasks[0], stays=True).name for _ in range(steps))


def test_priorities_stay_until_a_change_point_demotes() -> None:
    tasks = [task_at(number) for number in range(3)]
    # One change point at step 3; ranks: A alone, B above A, C below A: B, A, C.
    strategy = Pct(Numbers(2, 0, 1, 0), depth=2, expected_steps=9)
    assert names(strategy, tasks, 5) == "BBAAA"


def test_a_later_change_point_of_a_lower_level_brings_the_first_task_back() -> None:
    tasks = [task_at(number) for number in range(2)]
    # Step 4 demotes to level 1, step 2 to level 2; A ranks above B.
    strategy = Pct(Numbers(3, 1, 0, 0), depth=3, expected_steps=9)
    assert names(strategy, tasks, 6) == "ABBAAA"


def test_sorted_change_points_would_never_bring_it_back() -> None:
    tasks = [task_at(number) for number in range(2)]
    strategy = Pct(Numbers(1, 3, 0, 0), depth=3, expected_steps=9)
    assert names(strategy, tasks, 6) == "ABBBBB"


def test_two_change_points_at_one_step_demote_two_tasks() -> None:
    tasks = [task_at(number) for number in range(3)]
    # Priorities C, B, A; step 2 demotes C to level 1 and then B to level 2.
    strategy = Pct(Numbers(1, 1, 0, 1, 2), depth=3, expected_steps=9)
    assert names(strategy, tasks, 3) == "CAA"
    assert names(strategy, tasks[1:], 1) == "B"


def test_a_task_that_is_born_later_may_rank_between_the_others() -> None:
    a, b, late = (task_at(number) for number in range(3))
    # A below B, then the late one between them.
    strategy = Pct(Numbers(0, 1, 1), depth=1, expected_steps=1)
    assert names(strategy, [a, b], 1) == "B"
    assert names(strategy, [a, b, late], 1) == "B"
    assert names(strategy, [a, late], 1) == "C"


def test_a_demoted_task_stays_below_those_that_are_born_later() -> None:
    a, b, late = (task_at(number) for number in range(3))
    # Step 1 demotes A, which was on top; the late one is born at the bottom of the ranking.
    strategy = Pct(Numbers(0, 0, 0, 0), depth=2, expected_steps=1)
    assert names(strategy, [a, b], 1) == "B"
    assert names(strategy, [a, late], 1) == "C"


def test_only_decisions_between_two_tasks_count_as_steps() -> None:
    a, b = (task_at(number) for number in range(2))
    strategy = Pct(Numbers(1, 0, 0), depth=2, expected_steps=2)
    assert names(strategy, [a], 5) == "AAAAA"
    assert names(strategy, [a, b], 3) == "ABB"


@pytest.mark.parametrize(("depth", "steps"), [(0, 1), (1, 0)])
def test_a_depth_and_a_run_have_a_step_at_least(depth: int, steps: int) -> None:
    with pytest.raises(AssertionError, match=r"a (bug|run) has"):
        Pct(Choices(0), depth, steps)


def with_bystander(world: World) -> bool:
    """Lose an update while C passes ten points that matter to nobody."""
    ten = Point("ten", "count to ten")
    world.spawn("C", steps_of(*[lambda: world.reach(ten)] * 10))
    return count_to_two(world) == 1


def runs_that_find(
    bug: Callable[[World], bool], depth: int, steps: int, *, runs: int = 2000
) -> int:
    return sum(
        bug(World(strategy=Pct(Choices(seed), depth, steps), cpus=3)) for seed in range(runs)
    )


def points(bug: Callable[[World], bool]) -> int:
    world = World()
    bug(world)
    return len(world.trace)


def test_a_bug_of_depth_2_is_found_as_often_as_the_bound_promises() -> None:
    steps = points(with_bystander)
    assert runs_that_find(with_bystander, 2, steps) >= 2000 / (3 * steps)


def finding_draws(bug: Callable[[World], bool], depth: int) -> list[tuple[int, ...]]:
    """Try every draw of PCT for two tasks; return those that find the bug."""
    steps = points(bug)
    return [
        (*changes, rank)
        for *changes, rank in product(*[range(steps)] * (depth - 1), range(2))
        if bug(World(strategy=Pct(Numbers(*changes, 0, rank), depth, steps)))
    ]


def test_a_bug_of_shape_a_b_a_needs_depth_3_and_the_later_change_point_first() -> None:
    assert finding_draws(glimpse, 2) == []
    assert finding_draws(glimpse, 3) == [(5, 2, 0)]


def test_a_bug_of_depth_2_is_hit_by_at_least_one_draw_of_each_n_times_k() -> None:
    assert len(finding_draws(lambda world: count_to_two(world) == 1, 2)) >= 1


def test_without_change_points_tasks_run_one_after_another() -> None:
    def in_turn(world: World) -> bool:
        for name in "ABC":
            world.spawn(name, steps_of(*[lambda: world.reach(PASS)] * 3))
        world.run()
        order = [task.name for task, point, _, _ in world.trace if point is PASS]
        return order == sorted(order, key=order.index)

    assert runs_that_find(in_turn, 1, 20, runs=50) == 50
