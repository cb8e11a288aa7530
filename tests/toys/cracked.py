"""A counter with known bugs: `unlocked`, `greedy`, and `open` and `mild`, which need each other.

Kernel 1 has `unlocked` by itself; all others have to be put in. Kernel 2 can have `unlocked` only.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from fuzz.program.domain import Number, Words
from fuzz.program.ground_truth import Bug
from fuzz.program.operation import Operation, argument
from fuzz.program.target import Setting, System
from fuzz.values.finding import Harm
from fuzz.values.point import Access, Point
from fuzz.values.promise import Promise
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.world import World

READ: Final = Point("cracked.read", "read the counter", Access.READ, "cracked")
WRITE: Final = Point("cracked.write", "write the counter", Access.WRITE, "cracked")
LOCK: Final = LockClass("cracked", "the counter")
LOST: Final = Promise("lost-update", "No update is lost.", Harm.DATA_LOSS)
MORE: Final = Promise("greedy", "Nothing is added that nobody gave.", Harm.WRONG_REPORT)
THIEF: Final = Promise("thief", "No thief comes in, or he takes nothing.", Harm.DATA_LOSS)
BUGS: Final = tuple(Bug(name, f"It is {name}.") for name in ("unlocked", "greedy", "open", "mild"))
NAMES: Final = tuple(bug.name for bug in BUGS)
WITH: Final = Setting("with", Words(NAMES), "-", "bugs that it gets", drawn=False)
WITHOUT: Final = Setting("without", Words(NAMES), "-", "bugs that it is spared", drawn=False)

Hear = Callable[[World, tuple[str, ...]], None]


class Cracked(System):
    def __init__(self, world: World, has: Callable[[str], bool]) -> None:
        self.world = world
        self.has = has
        self.lock = SpinLock(world, LOCK)
        self.value = self.added = 0

    def boot(self) -> None:
        assert self.has("mild") in {True, False}, "each bug is asked for while it boots"

    def add(self, amount: int) -> str:
        with nullcontext() if self.has("unlocked") else self.lock:
            self.world.reach(READ)
            value = self.value
            self.world.reach(WRITE)
            self.value = value + amount
        self.added += amount
        if amount == 9 and self.has("greedy"):
            self.world.report(MORE, "too much is added", "one more", place="add")
            return "ten"
        return "ok"

    def rob(self) -> str:
        if self.has("open") and self.has("mild"):
            self.world.report(THIEF, "a thief", "he was let in, and nobody held him", place="rob")
        return "ok"

    def judge(self) -> None:
        if self.value != self.added:
            self.world.report(LOST, "an update is lost", "by a race", place="add")


@dataclass(frozen=True, slots=True)
class Add(Operation[Cracked]):
    word = "add"
    amount: int = argument(Number(1, 9))

    def run(self, seat: Cracked) -> str:
        return seat.add(self.amount)


@dataclass(frozen=True, slots=True)
class Rob(Operation[Cracked]):
    word = "rob"

    def run(self, seat: Cracked) -> str:
        return seat.rob()


def words_of(settings: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word for word in settings.get(name, "-").split(",") if word != "-")


@dataclass(frozen=True)
class CrackedTarget:
    name: str = "cracked"
    sentence: str = "a counter with known bugs"
    kernels: tuple[str, ...] = ("1", "2")
    settings: tuple[Setting, ...] = (WITH, WITHOUT)
    operations: tuple[type[Operation[Any]], ...] = (Add, Rob)
    fault_points: tuple[Point, ...] = ()
    promises: tuple[Promise, ...] = (LOST, MORE, THIEF)
    bugs: tuple[Bug, ...] = BUGS
    hear: Hear | None = None

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        if kernel == "2" and any(name != "unlocked" for name in settings["with"]):
            raise ValueError("kernel 2 cannot have that")

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> Cracked:
        del tasks, launch
        texts = {name: ",".join(settings[name]) for name in ("with", "without")}
        bugs = self.bugs_of(kernel, texts)

        def has(name: str) -> bool:
            if self.hear:
                self.hear(world, (name,))
            return name in bugs

        return Cracked(world, has)

    def bugs_of(self, kernel: str, settings: Mapping[str, str]) -> frozenset[str]:
        own = {"unlocked"} if kernel == "1" else set[str]()
        spared = words_of(settings, "without")
        return frozenset(own | set(words_of(settings, "with"))) - frozenset(spared)

    def with_bugs(self, settings: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
        wanted = sorted({*words_of(settings, "with"), *names})
        return {**settings, "with": ",".join(wanted)}

    def without_bugs(self, settings: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
        return {**settings, "without": ",".join(sorted({*words_of(settings, "without"), *names}))}

    def heard_by(self, hear: Hear) -> Self:
        return replace(self, hear=hear)


TARGET: Final = CrackedTarget()
