"""Photographs are taken right before and right after the damage, whoever notices it and when."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fuzz.people.reports.photographs import Photographs, take_photographs
from fuzz.program.execute import execute
from fuzz.program.operation import Operation
from fuzz.program.target import SimpleTarget, System
from fuzz.program.text import parse_case
from fuzz.values.finding import Finding, Harm
from fuzz.values.picture import Cell, Look, Picture, Shelf
from fuzz.values.point import Point
from fuzz.values.promise import Promise
from fuzz.world.world import World

WHOLE: Final = Promise("broken", "A jar stays whole.", Harm.CRASH)
STEP: Final = Point("jar.step", "do something")


class Jar(System):
    """A jar that is dropped in the third of five steps."""

    def __init__(self, world: World, *, noticed: bool) -> None:
        self._world = world
        self._noticed = noticed
        self.whole = True

    def drop(self) -> None:
        for number in range(5):
            self._world.reach(STEP)
            if number == 2:
                self.whole = False
                if self._noticed:
                    self._world.report(WHOLE, "the jar is broken")

    def judge(self) -> None:
        if not self.whole:
            self._world.report(WHOLE, "the jar is broken", place="drop")

    def picture(self, finding: Finding) -> Picture | None:
        del finding
        damage = "" if self.whole else "in pieces"
        lid = Cell("lid", look=Look.PLAIN)
        return Picture((Shelf("kitchen", (Cell("jar", damage=damage), lid)), Shelf("hall", ())))


@dataclass(frozen=True, slots=True)
class Drop(Operation[Jar]):
    word = "drop"

    def run(self, seat: Jar) -> str:
        seat.drop()
        return "ok"


def taken(system: Callable[[World], System]) -> Photographs | None:
    target = SimpleTarget("jar", "a jar", system, (Drop,))
    case = parse_case("target jar\nkernel 1\ntask A\n  drop\n", {"jar": target})
    (finding,) = execute(target, case).findings
    return take_photographs(target, case, finding)


def test_a_finding_is_shown_around_its_own_step() -> None:
    photographs = taken(lambda world: Jar(world, noticed=True))
    assert photographs is not None
    assert (photographs.before.damaged, photographs.after.damages) == (False, ("jar: in pieces",))
    assert (photographs.step, photographs.task) == (5, "A")
    assert photographs.changed == {"jar"}


def test_damage_that_is_noticed_at_the_end_is_shown_where_it_was_done() -> None:
    assert taken(lambda w: Jar(w, noticed=False)) == taken(lambda w: Jar(w, noticed=True))


def test_what_has_nothing_to_do_with_the_damage_is_left_out() -> None:
    photographs = taken(lambda world: Jar(world, noticed=True))
    assert photographs is not None
    assert [shelf.title for shelf in photographs.after.shelves] == ["kitchen"]


def test_a_system_without_pictures_has_no_photographs() -> None:
    class Dull(System):
        def __init__(self, world: World) -> None:
            self._jar = Jar(world, noticed=True)

        def seat(self, task: str) -> Jar:
            return self._jar

        def judge(self) -> None: ...

    assert taken(Dull) is None
