"""Toys: small racy programs, and short ways to write and read what tests compare."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import Final

from fuzz.values.anchor import Anchor, Fault, Switch
from fuzz.values.choices import Choices
from fuzz.values.point import Access, Point, fault_point
from fuzz.world.event import event_text
from fuzz.world.strategy import default_choice
from fuzz.world.sync.completion import Completion
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from fuzz.world.sync.per_cpu import PerCpu
from fuzz.world.sync.rw_semaphore import RwSemaphore
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.sync.timer import Timer
from fuzz.world.sync.wait_queue import WaitQueue
from fuzz.world.sync.work_queue import WorkQueue
from fuzz.world.task import Cpu, Task
from fuzz.world.world import World

READ: Final = Point("cell.read", "read a cell", Access.READ, "cell")
WRITE: Final = Point("cell.write", "write a cell", Access.WRITE, "cell")
PASS: Final = Point("pass", "do nothing that matters")
NAP: Final = Point("nap", "sleep a while")
NEVER: Final = Point("never", "wait for what never comes", Access.WAIT)
SLAB: Final = fault_point("slab", "take an object", "EMPTY", "LATE", capability="slabs")
DISK: Final = fault_point("disk", "read a block", "EIO", capability="disks")

LEFT: Final = LockClass("left", "the left toy")
RIGHT: Final = LockClass("right", "the right toy")
SPIN: Final = LockClass("spin", "the top")
DONE: Final = LockClass("done", "the toy that is not ready")


class Onlooker:
    """Follows the default order and remembers who could have run when each point was announced."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, list[str]]] = []

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        names = [task.name for task in eligible]
        self.seen.append((announcer.name, announcer.pending.name, names))
        return default_choice(eligible, announcer, stays=stays)


class Numbers(Choices):
    """Choices that a test dictates; it fails when more are drawn."""

    def __init__(self, *numbers: int) -> None:
        super().__init__(0)
        self.left = list(numbers)

    def below(self, bound: int) -> int:
        number = self.left.pop(0)
        assert number < bound
        return number


def anchor(text: str) -> Anchor:
    """Read `A cell.read#1`."""
    task, visit = text.split()
    point, number = visit.split("#")
    return Anchor(task, point, int(number))


def switch(text: str) -> Switch:
    """Read `A cell.read#1 B`."""
    at, _, to = text.rpartition(" ")
    return Switch(anchor(at), to)


def fault(text: str) -> Fault:
    """Read `A slab#1 EMPTY`."""
    at, _, outcome = text.rpartition(" ")
    return Fault(anchor(at), outcome)


def steps_of(*steps: Callable[[], object]) -> Callable[[], None]:
    """Make a task's body of steps whose answers nobody needs."""

    def body() -> None:
        for step in steps:
            step()

    return body


def task_at(number: int, point: Point = PASS, instance: int = 0) -> Task:
    """Make a task that has announced `point`, outside any world; its name is a letter."""
    task = Task(number, "ABCDEFGH"[number], Cpu(0), lambda: None)
    task.pending = point
    task.pending_instance = instance
    task.visits[point] = 1
    return task


def lines(world: World) -> list[str]:
    """Write the trace down."""
    return [event_text(event) for event in world.trace]


def passed(world: World) -> list[str]:
    """Say who ran, in order, without beginnings and ends."""
    return [task.name for task, point, _, _ in world.trace if point.name not in {"begin", "end"}]


def record(world: World) -> str:
    """Write down everything that two equal runs agree on."""
    facts = [*lines(world), *map(str, world.findings), *map(str, world.injected)]
    return "\n".join([*facts, *map(str, world.switches), f"now {world.clock.now}"])


def digest(world: World) -> str:
    return sha256(record(world).encode()).hexdigest()


def count_to_two(world: World) -> int:
    """Let A and B add one each, without a lock."""
    cell = [0]

    def add_one() -> None:
        world.reach(READ)
        seen = cell[0]
        world.reach(WRITE)
        cell[0] = seen + 1

    for name in "AB":
        world.spawn(name, add_one)
    world.run()
    return cell[0]


def embrace(world: World) -> bool:
    """Let A and B take two locks in opposite orders; say whether they hang."""
    left, right = Mutex(world, LEFT), Mutex(world, RIGHT)

    def take(first: Mutex, second: Mutex) -> None:
        with first, second:
            world.reach(PASS)

    world.spawn("A", lambda: take(left, right))
    world.spawn("B", lambda: take(right, left))
    world.run()
    return bool(world.findings)


def glimpse(world: World) -> bool:
    """Let A look twice while B is busy for a moment; say whether only the second look saw it.

    It takes A, then B half-way, then A again: a bug of depth 3.
    """
    busy, looks = [False], list[bool]()

    def look_twice() -> None:
        for _ in range(2):
            world.reach(READ)
            looks.append(busy[0])

    def be_busy() -> None:
        for state in (True, False):
            world.reach(WRITE)
            busy[0] = state

    world.spawn("A", look_twice)
    world.spawn("B", be_busy)
    world.run()
    return looks == [False, True]


class Jumble:
    """A drawn program that uses every primitive; the same seed makes the same program."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self._choices = Choices(seed)
        self._cells = [0, 0]
        self._mutex, self._top = Mutex(world, LEFT), SpinLock(world, SPIN)
        self._semaphore = RwSemaphore(world, RIGHT)
        self._completion = Completion(world, DONE)
        self._work = WorkQueue(world, "worker")
        self._per_cpu = PerCpu(world, lambda number: [number])
        self._timer = Timer(world, "irq", lambda: self._bump(0))
        self._idle = WaitQueue(world)
        for name in "ABC"[: 2 + self._choices.below(2)]:
            steps = [self._choices.below(len(self.steps())) for _ in range(5)]
            world.spawn(name, lambda steps=steps: self._live(steps))
        world.spawn("Z", self._completion.complete)

    def _live(self, steps: list[int]) -> None:
        for step in steps:
            self.steps()[step]()

    def steps(self) -> tuple[Callable[[], object], ...]:
        world = self.world
        return (
            lambda: self._bump(0),
            lambda: self._bump(1),
            lambda: self._locked(self._mutex),
            lambda: self._locked(self._top),
            lambda: self._locked(self._semaphore.reading()),
            lambda: self._locked(self._semaphore.writing()),
            lambda: self._locked(self._per_cpu.using()),
            lambda: self._work.add(lambda: self._bump(1)),
            lambda: self._timer.start(2),
            lambda: self._idle.wait_until(lambda: self._cells[0] > 0, NEVER),
            lambda: world.sleep(NAP, 3),
            self._completion.wait,
            self._mutex.try_acquire,  # may be left locked: some programs hang
            lambda: self._fail(SLAB),
            lambda: self._fail(DISK),
        )

    def _bump(self, cell: int) -> None:
        self.world.reach(READ, cell)
        seen = self._cells[cell]
        self.world.reach(WRITE, cell)
        self._cells[cell] = seen + 1
        self._idle.wake_all()

    def _locked(self, lock: AbstractContextManager[object]) -> None:
        with lock:
            self._bump(0)

    def _fail(self, point: Point) -> None:
        if self.world.fault(point, size=2) == "EMPTY":
            self._bump(1)


def jumble(world: World, seed: int) -> World:
    """Run the drawn program of a seed."""
    Jumble(world, seed)
    world.run()
    return world
