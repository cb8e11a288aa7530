"""What is left out, and what makes up for it: values, kinds, settings, aims, an operation more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fuzz.program.domain import Number, Word
from fuzz.program.operation import Operation, argument
from fuzz.program.target import Setting, SimpleTarget, System
from fuzz.program.text import case_text, parse_case
from fuzz.search.shrink.aims import aim_elsewhere
from fuzz.search.shrink.alone import do_it_alone
from fuzz.search.shrink.anchors import simplify_faults
from fuzz.search.shrink.attempts import Attempts
from fuzz.search.shrink.compensate import cut_and_compensate
from fuzz.search.shrink.configuration import exchange_settings
from fuzz.search.shrink.landmarks import landmarks
from fuzz.search.shrink.other_kinds import try_other_kinds
from fuzz.values.finding import Harm
from fuzz.values.point import fault_point
from fuzz.values.promise import Promise
from fuzz.world.world import World
from tests.toys import depot

SPILT: Final = Promise("spilt", "Nothing is spilt.", Harm.LATENT)
CLOTH: Final = fault_point("cloth", "fetch a cloth", "NONE", capability="house")
MOP: Final = fault_point("mop", "fetch a mop", "NONE", capability="house")
HOW: Final = Word(("slowly", "fast", "blindly"))
WHAT: Final = Word(("water", "milk", "wine"))
CUPS: Final = Number(0, 5)


class Kitchen(System):
    def __init__(self, world: World, cupboard: str = "none") -> None:
        self.world = world
        self.cups: list[str] = []
        self.opened = False
        self.aired = 0
        self.ready = cupboard != "none"

    def spill(self) -> str:
        self.world.report(SPILT, "it is on the floor", place="pour")
        return "ok"

    def judge(self) -> None:
        """All is said before."""


@dataclass(frozen=True, slots=True)
class Open(Operation[Kitchen]):
    word = "open"

    def run(self, seat: Kitchen) -> str:
        seat.opened = True
        return "ok"


@dataclass(frozen=True, slots=True)
class Fill(Operation[Kitchen]):
    word = "fill"
    what: str = argument(WHAT)

    def run(self, seat: Kitchen) -> str:
        seat.cups.append(self.what)
        return "ok"


@dataclass(frozen=True, slots=True)
class Pour(Operation[Kitchen]):
    """Slowly from an open bottle, or blindly wine: both spill."""

    word = "pour"
    how: str = argument(HOW)

    def run(self, seat: Kitchen) -> str:
        slow = self.how == "slowly" and seat.opened and "water" in seat.cups
        return seat.spill() if slow or (self.how, seat.cups) == ("blindly", ["wine"]) else "ok"


@dataclass(frozen=True, slots=True)
class Reach(Operation[Kitchen]):
    word = "reach"
    cup: int = argument(CUPS)

    def run(self, seat: Kitchen) -> str:
        return seat.spill() if self.cup == (2 if seat.ready else 4) else "ok"


@dataclass(frozen=True, slots=True)
class Shake(Operation[Kitchen]):
    """As a fallen table does, and more to read."""

    word = "shake"
    table: int = argument(CUPS)
    times: int = argument(Number(1, 9))

    def run(self, seat: Kitchen) -> str:
        return seat.spill()


@dataclass(frozen=True, slots=True)
class Push(Operation[Kitchen]):
    word = "push"
    hand: str = argument(Word(("left", "right")))

    def run(self, seat: Kitchen) -> str:
        return seat.spill()


@dataclass(frozen=True, slots=True)
class Clean(Operation[Kitchen]):
    """A cloth first, then a mop: without either, it stays."""

    word = "clean"

    def run(self, seat: Kitchen) -> str:
        if seat.world.fault(CLOTH) or seat.world.fault(MOP):
            return seat.spill()
        return "ok"


@dataclass(frozen=True, slots=True)
class Air(Operation[Kitchen]):
    """A draught comes in the middle of it, or of the second time."""

    word = "air"

    def run(self, seat: Kitchen) -> str:
        seat.aired += 1
        seat.world.fault(CLOTH)
        return seat.spill() if seat.aired > 1 else "ok"


class Furnished(SimpleTarget):
    """A kitchen that knows its settings."""

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> System:
        del kernel, tasks, launch
        chosen = [settings["cupboard"], settings["board"]]
        return Kitchen(world, next((word for word in chosen if word != "none"), "none"))


TARGET: Final = Furnished(
    "kitchen",
    "a kitchen",
    Kitchen,
    (Open, Fill, Pour, Reach, Shake, Push, Clean, Air),
    fault_points=(CLOTH, MOP),
    settings=(
        Setting("board", Word(("none", "low")), "none", "where cups are within reach"),
        Setting("cupboard", Word(("none", "low", "high")), "none", "where they are, too"),
    ),
    promises=(SPILT,),
)


def after(one: Callable[[Attempts], None], text: str) -> str:
    head = "target kitchen\nkernel 1\n"
    attempts = Attempts(
        TARGET, parse_case(head + text, {"kitchen": TARGET}), ("spilt", "pour"), 2000
    )
    one(attempts)
    return case_text(attempts.case).removeprefix(head)


def test_two_values_do_what_an_operation_did() -> None:
    text = "task A\n  open\n  fill what=water\n  pour how=slowly\n"
    assert after(cut_and_compensate, text) == "task A\n  fill what=wine\n  pour how=blindly\n"


def test_a_value_does_what_a_setting_did() -> None:
    text = "config cupboard=low\ntask A\n  reach cup=2\n"
    assert after(cut_and_compensate, text) == "task A\n  reach cup=4\n"


def test_a_setting_gets_simpler_and_another_one_takes_its_place() -> None:
    text = "config cupboard=high\ntask A\n  reach cup=2\n"
    assert after(exchange_settings, text) == "config board=low\ntask A\n  reach cup=2\n"


def test_an_operation_becomes_one_that_takes_other_things() -> None:
    assert after(try_other_kinds, "task A\n  shake table=3 times=4\n") == (
        "task A\n  push hand=left\n"
    )


def test_two_operations_become_one_of_another_kind() -> None:
    assert after(try_other_kinds, "task A\n  air\n  air\n") == "task A\n  push hand=left\n"


def test_a_fault_moves_to_a_point_that_it_kept_from_being_passed() -> None:
    text = "task A\n  clean\nfault A cloth#1 NONE\n"
    assert after(simplify_faults, text) == "task A\n  clean\nfault A mop#1 NONE\n"


def test_one_task_does_what_two_did_with_an_operation_more() -> None:
    text = "task A\n  fill what=wine\ntask B\n  push hand=left\nswitch A operation#1 B\n"
    body = after(do_it_alone, text)
    assert body.count("task") == 1
    assert "switch" not in body


def test_the_plainest_values_of_a_domain_come_first() -> None:
    assert landmarks(WHAT, 3) == ["water", "milk", "wine"]
    assert landmarks(CUPS, 4) == [0, 1, 2, 3]


def test_a_switch_is_to_another_task_once_an_operation_is_gone() -> None:
    head = "target depot\nkernel 1\n"
    text = "task A\n  open\n  take\ntask B\n  close\ntask C\n  close\nswitch A depot.inside#1 C\n"
    case = parse_case(head + text, {"depot": depot.TARGET})
    attempts = Attempts(depot.TARGET, case, ("locked-in", "take"), 2000)
    aim_elsewhere(attempts)
    assert attempts.case.size == case.size - 1
