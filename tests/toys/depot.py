"""A target with one bug of each shape, and the size of the smallest case that shows it.

overflow, put      two tasks, a fault and a switch: room is not looked at again after a failure
hung-task, move    two tasks and a switch: two locks are taken in both orders
locked-in, take    two tasks, three operations and a switch: the door is not held open
leak, reserve      one task, two operations and two faults: a failure keeps its reservation
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fuzz.program.domain import Number, Word
from fuzz.program.operation import Operation, argument
from fuzz.program.target import Setting, System
from fuzz.values.finding import Harm
from fuzz.values.point import Access, Point, fault_point
from fuzz.values.promise import Promise
from fuzz.values.refusal import Refusal
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from fuzz.world.world import World

NO_BOX: Final = fault_point("depot.box", "take a box from the pile", "EMPTY", capability="pile")
NO_NOTE: Final = fault_point("depot.note", "write a note", "NO_PEN", "NO_PAPER", capability="desk")
CELLAR: Final = Point("depot.cellar", "fetch a box from the cellar")
DOOR: Final = Point("depot.door", "turn the key", Access.WRITE, "door")
INSIDE: Final = Point("depot.inside", "walk through the door", Access.READ, "door")
SHELF: Final = LockClass("shelf", "the shelf")
VAN: Final = LockClass("van", "the van")

LEAK_MIN: Final = 2
"""Forgotten reservations that somebody notices."""

CLEANER: Final = "cleaner"
"""The task that works only when it is called."""

MINIMUM: Final = (
    (("overflow", "put"), (2, 2, 1, 1)),
    (("hung-task", "move"), (2, 2, 0, 1)),
    (("locked-in", "take"), (2, 3, 0, 1)),
    (("leak", "reserve"), (1, 2, 2, 0)),
)
"""Each bug with its fewest tasks, operations, faults and switches."""

OVERFLOW: Final = Promise("overflow", "The shelf carries what lies on it.", Harm.CRASH)
LOCKED_IN: Final = Promise("locked-in", "Whoever is inside can leave.", Harm.HANG)
LEAK: Final = Promise("leak", "What is reserved is taken or given up.", Harm.LEAK)


class Depot(System):
    """A shelf, a van and a door."""

    def __init__(self, world: World, room: int, launch: Callable[[str], bool]) -> None:
        self._world = world
        self._room = room
        self._shelf = Mutex(world, SHELF)
        self._van = Mutex(world, VAN)
        self._load = 0
        self._reserved = 0
        self._open = False
        self.launch: Final = launch

    @property
    def dormant(self) -> frozenset[str]:
        return frozenset({CLEANER})

    def turn_key(self, *, opens: bool) -> None:
        self._world.reach(DOOR)
        self._open = opens

    def put(self, load: int) -> None:
        with self._shelf:
            if self._load + load > self._room:
                raise Refusal("FULL")
            has_box = not self._world.fault(NO_BOX)
            if has_box:
                self._load += load
        if not has_box:
            self._world.reach(CELLAR)
            with self._shelf:
                self._load += load
                if self._load > self._room:
                    self._world.report(OVERFLOW, "the shelf breaks", fatal=True)

    def move(self, way: str) -> None:
        first, second = self._shelf, self._van
        if way == "back":
            first, second = second, first
        with first, second:
            self._load = 0

    def take(self) -> None:
        if not self._open:
            raise Refusal("LOCKED")
        self._world.reach(INSIDE)
        if not self._open:
            self._world.report(LOCKED_IN, "somebody is locked in")

    def reserve(self) -> None:
        self._reserved += 1
        if self._world.fault(NO_NOTE):
            raise Refusal("NO_NOTE")
        self._reserved -= 1

    def judge(self) -> None:
        if self._reserved >= LEAK_MIN:
            self._world.report(LEAK, "reservations are lost", place="reserve")


@dataclass(frozen=True, slots=True)
class Open(Operation[Depot]):
    word = "open"

    def run(self, seat: Depot) -> str:
        seat.turn_key(opens=True)
        return "ok"


@dataclass(frozen=True, slots=True)
class Close(Operation[Depot]):
    word = "close"

    def run(self, seat: Depot) -> str:
        seat.turn_key(opens=False)
        return "ok"


@dataclass(frozen=True, slots=True)
class Put(Operation[Depot]):
    word = "put"
    load: int = argument(Number(1, 9), default=1)

    def run(self, seat: Depot) -> str:
        seat.put(self.load)
        return "ok"


@dataclass(frozen=True, slots=True)
class Move(Operation[Depot]):
    word = "move"
    way: str = argument(Word(("out", "back")))

    def run(self, seat: Depot) -> str:
        seat.move(self.way)
        return "ok"


@dataclass(frozen=True, slots=True)
class Take(Operation[Depot]):
    word = "take"

    def run(self, seat: Depot) -> str:
        seat.take()
        return "ok"


@dataclass(frozen=True, slots=True)
class Reserve(Operation[Depot]):
    word = "reserve"

    def run(self, seat: Depot) -> str:
        seat.reserve()
        return "ok"


@dataclass(frozen=True, slots=True)
class Call(Operation[Depot]):
    word = "call"

    def run(self, seat: Depot) -> str:
        return "comes" if seat.launch(CLEANER) else "nobody"


class DepotTarget:
    name = "depot"
    sentence = "a shelf, a van and a door"
    kernels = ("1",)
    settings = (
        Setting("cpus", Number(1, 4), "2", "how many CPUs the world has"),
        Setting("room", Number(4, 12), "9", "what the shelf carries"),
    )
    operations = (Open, Close, Put, Move, Take, Reserve, Call)
    fault_points = (NO_BOX, NO_NOTE)
    promises = (OVERFLOW, LOCKED_IN, LEAK)

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        del kernel, settings

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> Depot:
        del kernel, tasks
        return Depot(world, settings["room"], launch)


TARGET: Final = DepotTarget()
