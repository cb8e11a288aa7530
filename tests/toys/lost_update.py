"""A complete target: tasks that add to one counter, as beginners do. No update may be lost."""

from dataclasses import dataclass
from typing import Final

from fuzz.program.domain import Number
from fuzz.program.operation import Operation, argument
from fuzz.program.target import SimpleTarget, System
from fuzz.values.finding import Harm
from fuzz.values.point import Access, Point
from fuzz.values.promise import Promise
from fuzz.world.world import World

READ: Final = Point("counter.read", "read the counter", Access.READ, "counter")
WRITE: Final = Point("counter.write", "write the counter", Access.WRITE, "counter")
LOST: Final = Promise("lost-update", "No update is lost.", Harm.DATA_LOSS)


class Counter(System):
    def __init__(self, world: World) -> None:
        self.world = world
        self.value = 0
        self.added = 0

    def judge(self) -> None:
        if self.value != self.added:
            detail = f"{self.added} was added, the counter says {self.value}"
            self.world.report(LOST, "an update is lost", detail)


@dataclass(frozen=True, slots=True)
class Add(Operation[Counter]):
    word = "add"
    amount: int = argument(Number(1, 9))

    def run(self, seat: Counter) -> str:
        seat.added += self.amount
        seat.world.reach(READ)
        value = seat.value
        seat.world.reach(WRITE)
        seat.value = value + self.amount
        return "ok"


TARGET: Final = SimpleTarget(
    "lost-update", "tasks that add to one counter", Counter, (Add,), promises=(LOST,)
)
