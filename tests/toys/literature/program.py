"""What the programs have in common: shared variables, condition variables, and a task `main`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.case import Case, Program
from fuzz.program.domain import Word
from fuzz.program.operation import Operation, argument
from fuzz.program.target import Setting, System
from fuzz.values.finding import Harm
from fuzz.values.point import Access, Point
from fuzz.values.promise import Promise
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from fuzz.world.sync.wait_queue import WaitQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fuzz.world.world import World

CREATE: Final = Point("main.create", "create a thread", Access.WRITE, "threads")
JOIN: Final = Point("main.join", "wait for a thread to end", Access.WAIT, "threads")
FAILED: Final = Promise("assertion", "What a program asserts is true.", Harm.CRASH)
MAIN: Final = "main"


@cache
def point(name: str, access: Access) -> Point:
    """Return the point of an access at some place, `variable.access` or `variable.access.place`."""
    variable = name.partition(".")[0]
    return Point(name, f"access {variable}", access, variable)


class Variable:
    """A shared variable: each access is a point, named after the variable and the place."""

    def __init__(self, world: World, name: str, value: int = 0) -> None:
        self._world = world
        self._name = name
        self.value = value

    def get(self, place: str = "") -> int:
        self._world.reach(point(f"{self._name}.read{place}", Access.READ))
        return self.value

    def set(self, value: int, place: str = "") -> None:
        self._world.reach(point(f"{self._name}.write{place}", Access.WRITE))
        self.value = value

    def add(self, amount: int, place: str = "") -> None:
        """Add as C does without care: a read, then a write."""
        self.set(self.get(place) + amount, place)


class Condition:
    """A condition variable: a signal wakes one waiter, or nobody."""

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self._name = name
        self._queue = WaitQueue(world)
        self._tickets: list[list[bool]] = []

    def wait(self, mutex: Mutex) -> None:
        """Drop the mutex, wait for a signal, take the mutex again."""
        ticket = [False]
        self._tickets.append(ticket)
        mutex.release()
        self._queue.wait_until(lambda: ticket[0], point(f"{self._name}.wait", Access.WAIT))
        mutex.acquire()

    def signal(self) -> None:
        self._world.reach(point(f"{self._name}.signal", Access.WRITE))
        if self._tickets:
            self._tickets.pop(0)[0] = True
            self._queue.wake_all()


class Shared(System):
    """The shared state of a program; a subclass has a method for each role."""

    def __init__(self, world: World) -> None:
        self.world = world

    def variable(self, name: str, value: int = 0) -> Variable:
        return Variable(self.world, name, value)

    def mutex(self, name: str) -> Mutex:
        return Mutex(self.world, LockClass(name, f"the mutex {name}"))

    def condition(self, name: str) -> Condition:
        return Condition(self.world, name)

    def insist(self, true: bool, sentence: str) -> None:  # noqa: FBT001 - as in C
        if not true:
            self.world.report(FAILED, "an assertion failed", sentence, fatal=True)

    def check(self) -> None:
        """Assert what `main` asserts after it has joined all threads."""


class Threads(System):
    """A program that runs: who creates threads, and who has ended."""

    def __init__(self, shared: Shared, names: Sequence[str], launch: Callable[[str], bool]) -> None:
        self.shared = shared
        self.names = [name for name in names if name != MAIN]
        self._launch = launch
        self._ended: set[str] = set()
        self._queue = WaitQueue(shared.world)

    @property
    def dormant(self) -> frozenset[str]:
        return frozenset(self.names)

    def judge(self) -> None:
        """Judge nothing: programs assert for themselves."""

    def seat(self, task: str) -> Seat:
        return Seat(self, task)

    def create_and_join(self) -> None:
        for number, name in enumerate(self.names):
            self.shared.world.reach(CREATE, number)
            self._launch(name)
        for number, name in enumerate(self.names):
            self._queue.wait_until(lambda name=name: name in self._ended, JOIN, number)
        self.shared.check()

    def ended(self, name: str) -> None:
        self._ended.add(name)
        self._queue.wake_all()


@dataclass(frozen=True, slots=True)
class Seat:
    threads: Threads
    name: str


def literature(name: str, shared: Callable[[World], Shared], *roles: str) -> tuple[Book, Case]:
    """Make a target of a program, and the case in which `main` creates a thread for each role."""
    words = tuple(dict.fromkeys(roles))

    @dataclass(frozen=True, slots=True)
    class Main(Operation[Seat]):
        word = "create-and-join"

        def run(self, seat: Seat) -> str:
            seat.threads.create_and_join()
            return "ok"

    @dataclass(frozen=True, slots=True)
    class Thread(Operation[Seat]):
        word = "run"
        role: str = argument(Word(words))

        def run(self, seat: Seat) -> str:
            getattr(seat.threads.shared, self.role)()
            seat.threads.ended(seat.name)
            return "ok"

    threads = [Program(f"t{number}", (Thread(role),)) for number, role in enumerate(roles, 1)]
    case = Case(name, "1", programs=(Program(MAIN, (Main(),)), *threads))
    return Book(name, shared, (Main, Thread)), case


@dataclass(frozen=True, slots=True)
class Book:
    """A program of the literature, as a target."""

    name: str
    shared: Callable[[World], Shared]
    operations: tuple[type[Operation[Any]], ...]
    sentence: str = "a program of the literature on concurrency testing"
    kernels: tuple[str, ...] = ("1",)
    settings: tuple[Setting, ...] = ()
    fault_points: tuple[Point, ...] = ()
    promises: tuple[Promise, ...] = (FAILED,)

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        """Take everything as it is."""

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> System:
        del kernel, settings
        return Threads(self.shared(world), tuple(tasks), launch)
