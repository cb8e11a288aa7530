"""Stories: which functions of a run a reader hears of."""

from dataclasses import dataclass

from fuzz.people.reports.telling.story import tell_story
from fuzz.program.operation import Operation
from fuzz.program.target import SimpleTarget, System
from fuzz.program.text import parse_case
from fuzz.world.world import World


class Talker(System):
    """A system that says things through a short way of its own."""

    def __init__(self, world: World) -> None:
        self.world = world

    def tell(self, text: str) -> None:
        self.world.tell(text)

    def work(self) -> None:
        self.tell("working")

    def judge(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Work(Operation[Talker]):
    """Work, and say so."""

    word = "work"

    def run(self, seat: Talker) -> str:
        seat.work()
        return "ok"


TALKING = SimpleTarget("talking", "says what it does", Talker, (Work,))


def test_the_short_way_to_tell_is_no_call_of_its_own() -> None:
    case = parse_case("target talking\nkernel 1\ntask A\n  work\n", {"talking": TALKING})
    _, story = tell_story(TALKING, case)
    assert [moment.calls for moment in story.moments if moment.text == "working"] == [("work",)]
