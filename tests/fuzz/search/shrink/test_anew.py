"""What is made anew, and what is there from the beginning."""

from collections.abc import Iterator
from dataclasses import dataclass

from fuzz.program.operation import Operation, argument
from fuzz.search.shrink.anew import use_what_is_there
from fuzz.values.choices import Choices
from tests.toys.kitchen import CUPS, Kitchen, after, kitchen_of


class Labels:
    """Any text."""

    expected = "a label"

    def parse(self, text: str) -> str:
        return text

    def text(self, value: str) -> str:
        return value

    def draw(self, choices: Choices) -> str:
        return f"cup{choices.below(5)}"

    def simpler(self, value: str) -> Iterator[str]:
        del value
        return iter(())


@dataclass(frozen=True, slots=True)
class Fetch(Operation[Kitchen]):
    """Another cup, which is clean: the first one has to be rinsed."""

    word = "fetch"

    def run(self, seat: Kitchen) -> str:
        seat.cups.append("clean")
        return "ok"


@dataclass(frozen=True, slots=True)
class Rinse(Operation[Kitchen]):
    word = "rinse"

    def run(self, seat: Kitchen) -> str:
        seat.opened = True
        return "ok"


@dataclass(frozen=True, slots=True)
class Hold(Operation[Kitchen]):
    word = "hold"
    cup: int = argument(CUPS)

    def run(self, seat: Kitchen) -> str:
        seat.aired = self.cup
        return "ok"


@dataclass(frozen=True, slots=True)
class Drop(Operation[Kitchen]):
    """Only a clean cup that is held spills; who holds none holds the first one."""

    word = "drop"
    cup: int = argument(CUPS)

    def run(self, seat: Kitchen) -> str:
        clean = len(seat.cups) == self.cup if self.cup else seat.opened
        return seat.spill() if clean and seat.aired == self.cup else "ok"


@dataclass(frozen=True, slots=True)
class Smash(Operation[Kitchen]):
    word = "smash"
    label: str = argument(Labels())

    def run(self, seat: Kitchen) -> str:
        return Drop(int(self.label.removeprefix("cup"))).run(seat)


def test_what_is_there_is_used_instead_of_what_is_made_and_taken_up() -> None:
    target = kitchen_of(Fetch, Rinse, Hold, Drop)
    text = "task A\n  fetch\n  hold cup=1\n  drop cup=1\n"
    assert after(use_what_is_there, text, target) == "task A\n  rinse\n  drop cup=0\n"


def test_a_name_that_ends_in_a_number_ends_in_the_first_one() -> None:
    target = kitchen_of(Fetch, Rinse, Hold, Smash)
    text = "task A\n  fetch\n  hold cup=1\n  smash label=cup1\n"
    assert after(use_what_is_there, text, target) == "task A\n  rinse\n  smash label=cup0\n"
