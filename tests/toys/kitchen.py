"""A kitchen in which much may be spilt, each time by other means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fuzz.program.domain import Number, Word
from fuzz.program.operation import Operation, argument
from fuzz.program.target import Setting, SimpleTarget, System
from fuzz.program.text import case_text, parse_case
from fuzz.search.shrink.attempts import Attempts
from fuzz.values.finding import Harm
from fuzz.values.point import fault_point
from fuzz.values.promise import Promise
from fuzz.world.world import World

SPILT: Final = Promise("spilt", "Nothing is spilt.", Harm.LATENT)
CLOTH: Final = fault_point("cloth", "fetch a cloth", "NONE", capability="house")
MOP: Final = fault_point("mop", "fetch a mop", "NONE", capability="house")
HOW: Final = Word(("slowly", "fast", "blindly"))
WHAT: Final = Word(("water", "milk", "wine"))
SPICES: Final = Word(tuple(f"spice{number}" for number in range(40)))
CUPS: Final = Number(0, 5)


class Kitchen(System):
    def __init__(self, world: World, cupboard: str = "none") -> None:
        self.world = world
        self.cups: list[str] = []
        self.opened = False
        self.aired = 0
        self.laid: list[str] = []
        self.ready = cupboard != "none"

    def lay(self, what: str) -> str:
        self.laid.append(what)
        return self.spill() if self.laid.count(what) > 1 else "ok"

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


@dataclass(frozen=True, slots=True)
class Mix(Operation[Kitchen]):
    """Milk slowly, or water fast: both spill."""

    word = "mix"
    what: str = argument(WHAT)
    how: str = argument(HOW)

    def run(self, seat: Kitchen) -> str:
        good = (self.what, self.how) in {("milk", "slowly"), ("water", "fast")}
        return seat.spill() if good else "ok"


@dataclass(frozen=True, slots=True)
class Tip(Operation[Kitchen]):
    """From an open bottle slowly, from any blindly."""

    word = "tip"
    cup: int = argument(CUPS)
    how: str = argument(HOW)

    def run(self, seat: Kitchen) -> str:
        slow = self.how == "slowly" and seat.opened
        return seat.spill() if slow or self.how == "blindly" else "ok"


@dataclass(frozen=True, slots=True)
class Grind(Operation[Kitchen]):
    """In the open, or twice as fine as need be."""

    word = "grind"
    times: int = argument(Number(1, 9), default=1)
    form: str = argument(Word(("plain", "coarse", "fine")), default="plain")

    def run(self, seat: Kitchen) -> str:
        return seat.spill() if seat.opened or (self.times, self.form) == (2, "fine") else "ok"


@dataclass(frozen=True, slots=True)
class Lay(Operation[Kitchen]):
    """Two things of one kind on the table fall."""

    word = "lay"
    plate: int = argument(CUPS)

    def run(self, seat: Kitchen) -> str:
        return seat.lay(self.word)


@dataclass(frozen=True, slots=True)
class Spread(Operation[Kitchen]):
    word = "spread"

    def run(self, seat: Kitchen) -> str:
        return seat.lay(self.word)


@dataclass(frozen=True, slots=True)
class Say(Operation[Kitchen]):
    """Ask somebody to do something, with the same effect."""

    word = "say"
    text: str = argument(Word(("please", "now")))
    to: str = argument(Word(("air", "heat")))

    def run(self, seat: Kitchen) -> str:
        return seat.spill() if self.to == "heat" else "ok"


@dataclass(frozen=True, slots=True)
class Heat(Operation[Kitchen]):
    word = "heat"
    how: str = argument(HOW)
    what: str = argument(WHAT)

    def run(self, seat: Kitchen) -> str:
        return seat.spill()


@dataclass(frozen=True, slots=True)
class Doze(Operation[Kitchen]):
    """Once it is aired: spilt if it is aired again meanwhile, or where there is no cloth."""

    word = "doze"

    def run(self, seat: Kitchen) -> str:
        before = seat.aired
        missing = bool(seat.world.fault(CLOTH))
        return seat.spill() if seat.aired and (missing or seat.aired > before) else "ok"


@dataclass(frozen=True, slots=True)
class Serve(Operation[Kitchen]):
    word = "serve"

    def run(self, seat: Kitchen) -> str:
        before = seat.aired
        missing = bool(seat.world.fault(CLOTH))
        late = missing or seat.aired > before
        return seat.spill() if late and seat.cups == ["milk", "water", "wine"] else "ok"


@dataclass(frozen=True, slots=True)
class Spice(Operation[Kitchen]):
    """Only the last one of many is red."""

    word = "spice"
    what: str = argument(SPICES)

    def run(self, seat: Kitchen) -> str:
        return seat.spill() if self.what == SPICES.words[-1] else "ok"


@dataclass(frozen=True, slots=True)
class Wipe(Operation[Kitchen]):
    """Fast it takes that the second cloth is missing, slowly the first one."""

    word = "wipe"
    how: str = argument(HOW)

    def run(self, seat: Kitchen) -> str:
        missed = [bool(seat.world.fault(CLOTH)) for _ in range(2)]
        return seat.spill() if missed == [self.how == "slowly", self.how == "fast"] else "ok"


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


def kitchen_of(*operations: type[Operation[Kitchen]]) -> Furnished:
    return Furnished(
        "kitchen",
        "a kitchen",
        Kitchen,
        operations,
        fault_points=(CLOTH, MOP),
        settings=(
            Setting("board", Word(("none", "lowest", "low")), "none", "where cups are in reach"),
            Setting("cupboard", Word(("none", "low", "high")), "none", "where they are, too"),
        ),
        promises=(SPILT,),
    )


TARGET: Final = kitchen_of(Open, Fill, Pour, Reach, Shake, Push, Clean, Air)


def after(
    one: Callable[[Attempts], None], text: str, target: Furnished = TARGET, budget: int = 2000
) -> str:
    """Apply a pass of shrinking to what shows that something is spilt; return its body."""
    head = "target kitchen\nkernel 1\n"
    case = parse_case(head + text, {"kitchen": target})
    attempts = Attempts(target, case, ("spilt", "pour"), budget)
    one(attempts)
    return case_text(attempts.case).removeprefix(head)
