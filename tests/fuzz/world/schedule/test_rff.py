from collections.abc import Callable
from typing import Final

import pytest

from fuzz.values.choices import Choices
from fuzz.values.point import Access, Point
from fuzz.world.schedule.hints import Hints
from fuzz.world.schedule.rff import ReadsFrom
from fuzz.world.world import World
from tests.fuzz.world.toys import PASS, count_to_two, embrace, glimpse, steps_of, switch

OPEN: Final = Point("door.open", "open the door", Access.WRITE, "door")
SHUT: Final = Point("door.shut", "shut the door", Access.WRITE, "door")
LOOK: Final = Point("door.look", "look through the door", Access.READ, "door")
RUNS: Final = 200


def door(world: World, doors: int = 1) -> list[str]:
    """Let A open and shut each door, and B look at them; say what B saw."""
    last = ["untouched"] * doors
    seen: list[str] = []

    def touch(point: Point, number: int) -> None:
        world.reach(point, number)
        last[number] = point.name

    def look(number: int) -> None:
        world.reach(PASS)
        world.reach(LOOK, number)
        seen.append(last[number])

    for name, steps in {
        "A": [lambda p=p, n=n: touch(p, n) for n in range(doors) for p in (OPEN, SHUT)],
        "B": [lambda n=n: look(n) for n in range(doors)],
    }.items():
        world.spawn(name, steps_of(*steps))
    world.run()
    return seen


def sights(hints: Hints, doors: int = 1) -> list[list[str]]:
    worlds = (World(strategy=ReadsFrom(Choices(seed), hints)) for seed in range(RUNS))
    return [door(world, doors) for world in worlds]


def test_without_constraints_it_is_pos() -> None:
    seen = sights(Hints())
    assert {one for (one,) in seen} == {"untouched", "door.open", "door.shut"}


@pytest.mark.parametrize("write", [OPEN, SHUT])
def test_a_wanted_pair_comes_about_as_soon_as_the_reader_is_there(write: Point) -> None:
    seen = sights(Hints(take=((write.name, LOOK.name),)))
    rate = seen.count([write.name]) / RUNS
    assert rate > 0.7 > sights(Hints()).count([write.name]) / RUNS


def test_an_unwanted_pair_comes_about_only_where_nothing_else_can() -> None:
    seen = sights(Hints(avoid=((SHUT.name, LOOK.name),)))
    assert seen.count([SHUT.name]) < sights(Hints()).count([SHUT.name]) / 2


def test_a_constraint_is_about_one_thing_at_a_time_of_which_there_are_many() -> None:
    seen = sights(Hints(take=((OPEN.name, LOOK.name),)), doors=2)
    without = sights(Hints(), doors=2)
    both = [OPEN.name] * 2
    assert seen.count(both) > 2 * without.count(both)


def test_constraints_that_disagree_cancel_out() -> None:
    pair = ((OPEN.name, LOOK.name),)
    seen = sights(Hints(take=pair, avoid=pair))
    assert {one for (one,) in seen} == {"untouched", "door.open", "door.shut"}


def test_constraints_on_points_that_do_not_exist_change_nothing() -> None:
    strange = Hints(take=(("no.such", "door.look"),), avoid=(("no.such", "nor.this"),))
    assert [one for (one,) in sights(Hints(avoid=strange.avoid))] == [
        one for (one,) in sights(Hints())
    ]
    assert len(sights(strange)) == RUNS


@pytest.mark.parametrize(
    "bug", [lambda world: count_to_two(world) == 1, embrace, glimpse], ids=["count", "lock", "look"]
)
def test_toys_are_found_soon_without_constraints(bug: Callable[[World], bool]) -> None:
    found = sum(bug(World(strategy=ReadsFrom(Choices(n), Hints()))) for n in range(300))
    assert found >= 15


def test_switches_that_it_makes_replay() -> None:
    world = World(strategy=ReadsFrom(Choices(3), Hints(take=((OPEN.name, LOOK.name),))))
    door(world)
    assert switch("A door.shut#1 B") in world.switches
