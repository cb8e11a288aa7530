"""A complete target: tasks that add to one counter.

Kernel 1 reads, adds and writes, as beginners do. Kernel 2 takes a lock around that.
The promise: no update is lost.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final

from fuzz.program.domain import Number
from fuzz.program.operation import Operation, argument
from fuzz.program.target import Setting, System
from fuzz.values.finding import Harm
from fuzz.values.point import Access, Point, fault_point
from fuzz.values.promise import Promise
from fuzz.values.refusal import Refusal
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.world import World

NO_MEMORY: Final = fault_point(
    "counter.note", "get memory to note the addition", "ENOMEM", capability="memory"
)
READ: Final = Point("counter.read", "read the counter", Access.READ, "counter")
WRITE: Final = Point("counter.write", "write the counter", Access.WRITE, "counter")
LOST_UPDATE: Final = Promise("lost-update", "No update is lost.", Harm.DATA_LOSS, "its readers")
LOCK: Final = LockClass("counter", "the counter")


class Counter(System):
    """A counter that remembers, to be judged by it, what it should have come to."""

    def __init__(self, world: World, lock: AbstractContextManager[None]) -> None:
        self._world = world
        self._lock = lock
        self._value = 0
        self._added = 0

    def add(self, amount: int) -> str:
        if self._world.fault(NO_MEMORY):
            raise Refusal("ENOMEM")
        with self._lock:
            value = int(self.read())
            self._world.reach(WRITE)
            self._value = value + amount
        self._added += amount
        return "ok"

    def read(self) -> str:
        self._world.reach(READ)
        return str(self._value)

    def judge(self) -> None:
        if self._value != self._added:
            title = "an update of the counter is lost"
            detail = f"{self._added} was added, the counter says {self._value}"
            self._world.report(LOST_UPDATE, title, detail, place="add")

    def counters(self) -> dict[str, int]:
        return {"value": self._value}


@dataclass(frozen=True, slots=True)
class Add(Operation[Counter]):
    word = "add"
    amount: int = argument(Number(1, 9))

    def run(self, seat: Counter) -> str:
        return seat.add(self.amount)


@dataclass(frozen=True, slots=True)
class Read(Operation[Counter]):
    word = "read"

    def run(self, seat: Counter) -> str:
        return seat.read()


class CounterTarget:
    name = "counter"
    sentence = "tasks that add to one counter"
    kernels = ("1", "2")
    settings = (Setting("cpus", Number(1, 4), "2", "how many CPUs the world has"),)
    operations = (Add, Read)
    fault_points = (NO_MEMORY,)
    promises = (LOST_UPDATE,)

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        if kernel == "2" and settings["cpus"] == 4:
            raise ValueError("kernel 2 has never been run on 4 CPUs")

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> Counter:
        del settings, tasks, launch
        return Counter(world, SpinLock(world, LOCK) if kernel == "2" else nullcontext())


TARGET: Final = CounterTarget()
