"""SURW: the guarantee is measured; critical values are those of chi-squared at 0.1 percent."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Final

import pytest

from fuzz.values.choices import Choices
from fuzz.values.point import Access, Point
from fuzz.world.schedule.hints import Hints
from fuzz.world.schedule.random_walk import RandomWalk
from fuzz.world.schedule.surw import SelectivelyUniform
from fuzz.world.strategy import Strategy
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from fuzz.world.world import World
from tests.fuzz.world.toys import PASS, count_to_two, embrace, glimpse, steps_of

MARK: Final = Point("mark", "make a mark that counts", Access.WRITE, "marks")
DESK: Final = LockClass("desk", "the desk at which marks are made")
RUNS: Final = 3000
CRITICAL: Final = {9: 27.9, 29: 58.3}
"""Of chi-squared, by degrees of freedom: a uniform sampler stays below in 999 of 1000 samples."""


def order_of(world: World) -> str:
    """Say in which order tasks made their marks."""
    world.run()
    return "".join(task.name for task, point, _, _ in world.trace if point is MARK)


def marking(world: World, marks: int, noise: int) -> Callable[[], None]:
    """Make marks, with so many points before each that do not count."""
    pass_by, mark = partial(world.reach, PASS), partial(world.reach, MARK)
    return steps_of(*[*[pass_by] * noise, mark] * marks)


def side_by_side(world: World, marks: str, noise: int = 2) -> str:
    """Let tasks make as many marks as `marks` names them; the last one is noisier."""
    for name in sorted(set(marks)):
        extra = 5 if name == max(marks) else 0
        world.spawn(name, marking(world, marks.count(name), noise + extra))
    return order_of(world)


def grandchildren(world: World, marks: str) -> str:
    """As above, but each task starts the next one once it runs."""
    names = sorted(set(marks))

    def live(number: int) -> None:
        if number + 1 < len(names):
            world.spawn(names[number + 1], lambda: live(number + 1))
        marking(world, marks.count(names[number]), 1)()

    world.spawn(names[0], lambda: live(0))
    return order_of(world)


def chi_squared(sample: Counter[str], kinds: int) -> float:
    expected = sample.total() / kinds
    assert len(sample) == kinds
    return sum((count - expected) ** 2 / expected for count in sample.values())


def sampled(
    program: Callable[[World], str], strategy: Callable[[Choices], Strategy]
) -> Counter[str]:
    worlds = (World(strategy=strategy(Choices(seed)), cpus=4) for seed in range(RUNS))
    return Counter(program(world) for world in worlds)


def surw(**counts: int) -> Callable[[Choices], Strategy]:
    hints = Hints(among=(MARK.name,), counts=tuple(counts.items()))
    return lambda choices: SelectivelyUniform(choices, hints)


@pytest.mark.parametrize(("marks", "kinds"), [("AAABB", 10), ("AABBC", 30)])
def test_every_order_of_the_accesses_of_interest_is_equally_likely(marks: str, kinds: int) -> None:
    counts = Counter(marks)
    orders = sampled(lambda world: side_by_side(world, marks), surw(**counts))
    assert chi_squared(orders, kinds) < CRITICAL[kinds - 1]


def test_a_random_walk_is_far_from_that() -> None:
    orders = sampled(lambda world: side_by_side(world, "AAABB"), RandomWalk)
    assert chi_squared(orders, 10) > 10 * CRITICAL[9]


def test_tasks_that_are_not_born_yet_have_their_share_with_their_parents() -> None:
    counts = {"A": 5, "B": 3, "C": 1}
    orders = sampled(lambda world: grandchildren(world, "AABBC"), surw(**counts))
    assert chi_squared(orders, 30) < CRITICAL[29]


def test_wrong_counts_leave_every_order_possible() -> None:
    orders = sampled(lambda world: side_by_side(world, "AAABB"), surw(A=1, B=9))
    assert len(orders) == 10


def test_who_is_owed_an_access_but_waits_for_a_lock_does_not_keep_the_others_waiting() -> None:
    def at_a_desk(world: World) -> str:
        desk = Mutex(world, DESK)

        def live() -> None:
            with desk:
                marking(world, 2, 1)()

        for name in "AB":
            world.spawn(name, live)
        return order_of(world)

    orders = sampled(at_a_desk, surw(A=2, B=2))
    assert set(orders) == {"AABB", "BBAA"}


@pytest.mark.parametrize(
    "bug", [lambda world: count_to_two(world) == 1, embrace, glimpse], ids=["count", "lock", "look"]
)
def test_toys_are_found_soon_without_hints(bug: Callable[[World], bool]) -> None:
    worlds = (World(strategy=SelectivelyUniform(Choices(n), Hints())) for n in range(300))
    assert sum(map(bug, worlds)) >= 15
