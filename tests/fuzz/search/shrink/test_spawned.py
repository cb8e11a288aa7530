"""Workers that operations start: their numbers go by what was started before."""

from dataclasses import dataclass
from typing import Final

from fuzz.program.execute import execute
from fuzz.program.operation import Operation
from fuzz.program.target import SimpleTarget, System
from fuzz.program.text import case_text, parse_case
from fuzz.search.shrink.attempts import Attempts
from fuzz.search.shrink.chunks import cut_operations
from fuzz.search.shrink.spawned import renumbered
from fuzz.values.finding import Harm
from fuzz.values.point import Access, Point
from fuzz.values.promise import Promise
from fuzz.world.world import World

EARLY: Final = Promise("early", "No letter leaves before it is collected.", Harm.LATENT)
SEAL: Final = Point("post.seal", "seal a letter", Access.WRITE, "letters")
COUNT: Final = Point("post.count", "count the letters", Access.READ, "letters")


class Post(System):
    def __init__(self, world: World) -> None:
        self.world = world
        self.posted = 0
        self.sealed: set[int] = set()

    def seal(self, letter: int) -> None:
        self.world.reach(SEAL)
        self.sealed.add(letter)

    def judge(self) -> None:
        """All is said before."""


@dataclass(frozen=True, slots=True)
class Send(Operation[Post]):
    word = "send"

    def run(self, seat: Post) -> str:
        seat.posted += 1
        letter = seat.posted
        seat.world.spawn("clerk", lambda: seat.seal(letter))
        return "ok"


@dataclass(frozen=True, slots=True)
class Collect(Operation[Post]):
    word = "collect"

    def run(self, seat: Post) -> str:
        seat.world.reach(COUNT)
        if seat.sealed == {seat.posted}:
            seat.world.report(EARLY, "the last letter alone is sealed", place="collect")
        return "ok"


TARGET: Final = SimpleTarget("post", "letters", Post, (Send, Collect), promises=(EARLY,))
HEAD: Final = "target post\nkernel 1\n"


def attempts_at(text: str) -> Attempts:
    case = parse_case(HEAD + text, {"post": TARGET})
    return Attempts(TARGET, case, ("early", "collect"), 2000)


def test_a_switch_to_a_worker_finds_it_under_its_number_after_a_cut() -> None:
    attempts = attempts_at(
        "task A\n  send\n  send\n  send\n  collect\nswitch A post.count#1 clerk.3\n"
    )
    cut_operations(attempts)
    assert case_text(attempts.case).removeprefix(HEAD) == (
        "task A\n  send\n  collect\nswitch A post.count#1 clerk\n"
    )


def test_a_worker_of_what_is_cut_goes_with_it() -> None:
    text = (
        "task A\n  send\n  send\n  send\n  collect\n"
        "switch A operation#2 clerk\nswitch clerk post.seal#1 A\n"
        "switch A post.count#1 clerk.3\nswitch clerk.3 end#1 A\n"
    )
    case = parse_case(HEAD + text, {"post": TARGET})
    again = renumbered(case, execute(TARGET, case).trace, {"A": [0]})
    assert again is not None
    assert case_text(again).removeprefix(HEAD) == (
        "task A\n  send\n  send\n  send\n  collect\n"
        "switch A post.count#1 clerk.2\nswitch clerk.2 end#1 A\n"
    )


def test_nothing_changes_where_no_worker_has_a_number() -> None:
    case = attempts_at("task A\n  send\n  collect\nswitch A post.count#1 clerk\n").case
    assert renumbered(case, execute(TARGET, case).trace, {"A": [0]}) is None
