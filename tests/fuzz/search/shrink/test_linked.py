"""What has to change together: values under other names, and operations of one kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest

from fuzz.program.domain import Number
from fuzz.program.operation import Operation, argument
from fuzz.program.target import SimpleTarget, System
from fuzz.program.text import case_text, parse_case
from fuzz.search.shrink.arguments import simplify_arguments
from fuzz.search.shrink.attempts import Attempts
from fuzz.search.shrink.kinds import simplify_kinds
from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from fuzz.world.world import World

STRAY: Final = Promise("stray", "Nobody looks for what was moved.", Harm.LATENT)
TWINS: Final = Promise("twins", "Nothing is stored twice in the same way.", Harm.LATENT)
PLACES: Final = Number(0, 99)


class Rooms(System):
    def __init__(self, world: World) -> None:
        self.world = world
        self.moved: set[int] = set()
        self.stored: list[str] = []

    def store(self, way: str) -> str:
        if way in self.stored:
            self.world.report(TWINS, "stored twice", way, place="store")
        self.stored.append(way)
        return "ok"

    def judge(self) -> None:
        """All is said before."""


@dataclass(frozen=True, slots=True)
class Move(Operation[Rooms]):
    word = "move"
    page: int = argument(PLACES)
    to: int = argument(PLACES)

    def run(self, seat: Rooms) -> str:
        if self.page != self.to:
            seat.moved.add(self.to)
        return "ok"


@dataclass(frozen=True, slots=True)
class Look(Operation[Rooms]):
    word = "look"
    page: int = argument(PLACES)

    def run(self, seat: Rooms) -> str:
        if self.page in seat.moved:
            seat.world.report(STRAY, "a stray", str(self.page), place="look")
        return "ok"


@dataclass(frozen=True, slots=True)
class Put(Operation[Rooms]):
    word = "put"
    page: int = argument(PLACES)

    def run(self, seat: Rooms) -> str:
        return seat.store("plainly")


@dataclass(frozen=True, slots=True)
class PutMany(Operation[Rooms]):
    word = "put_many"
    page: int = argument(PLACES)
    count: int = argument(PLACES, default=1)

    def run(self, seat: Rooms) -> str:
        return seat.store("many")


TARGET: Final = SimpleTarget(
    "rooms", "pages that move", Rooms, (Move, Look, Put, PutMany), promises=(STRAY, TWINS)
)


def after(one: Callable[[Attempts], None], program: str, identity: tuple[str, str]) -> str:
    head = f"target rooms\nkernel {TARGET.kernels[0]}\ntask A\n"
    attempts = Attempts(TARGET, parse_case(head + program, {"rooms": TARGET}), identity, 2000)
    one(attempts)
    return case_text(attempts.case).removeprefix(head)


@pytest.mark.parametrize(
    "program",
    [
        "  move page=7 to=13\n  look page=13\n",
        "  move page=0 to=13\n  look page=13\n",
        "  move page=13 to=2\n  look page=2\n",
    ],
)
def test_what_is_moved_to_a_page_is_looked_for_at_a_simpler_one(program: str) -> None:
    assert after(simplify_arguments, program, ("stray", "look")) == (
        "  move page=1 to=0\n  look page=0\n"
    )


def test_two_operations_become_plainer_where_one_alone_cannot() -> None:
    program = "  put_many page=0\n  put_many page=0\n"
    assert after(simplify_kinds, program, ("twins", "store")) == "  put page=0\n  put page=0\n"
