"""Tasks and the CPUs that they run on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from fuzz.values.point import BEGIN, Point

if TYPE_CHECKING:
    from greenlet import greenlet

    from fuzz.world.sync.wait_queue import WaitQueue

Body: TypeAlias = Callable[[], None]
"""What a task does, from its start to its end."""


BOOT: Final = "boot"
"""The name of the task in which a system comes up."""


def nothing() -> None:
    """Be the body of a task that is over."""


class Unwind(BaseException):
    """Thrown into a task when its world is over; no `Exception`, so that no model catches it."""


class Names:
    """Names that are taken; a name that is taken gets a number."""

    __slots__ = ("_count",)

    def __init__(self) -> None:
        """Start with no name taken."""
        self._count: dict[str, int] = {}

    def take(self, name: str) -> str:
        """Take `name`, or the first free one of `name.2`, `name.3`..."""
        unique = name
        while unique in self._count:
            self._count[name] += 1
            unique = f"{name}.{self._count[name]}"
        self._count[unique] = 1
        return unique


class Cpu:
    """A modelled CPU; `holder` is the task that has preemption disabled on it."""

    __slots__ = ("holder", "holders", "masked", "number", "online", "released")

    def __init__(self, number: int) -> None:
        """Make CPU `number`, idle."""
        self.number = number
        self.online = True
        """Whether tasks run on it; `hotplug.py` says what happens when that changes."""
        self.released: WaitQueue | None = None
        """Who waits until nobody has preemption disabled on it, once anybody ever has."""
        self.holder: Task | None = None
        self.masked = 0
        """How often interrupts were disabled on it; none comes until they were enabled as often."""
        self.holders: list[Task] = []
        """The holder comes last; before it stand those that it interrupted."""


def home_of(cpus: Sequence[Cpu], wish: int) -> Cpu:
    """Return the CPU of that number, counted round; instead of one that is away, the next one."""
    home = cpus[wish % len(cpus)]
    while not home.online:
        home = cpus[(home.number + 1) % len(cpus)]
    return home


class Task:
    """A thread of the modelled machine: a user process, a work item, an interrupt handler."""

    __slots__ = (
        "awaits",
        "body",
        "born",
        "cpu",
        "done",
        "greenlet",
        "interrupt",
        "name",
        "number",
        "parent",
        "pending",
        "pending_instance",
        "preempt_count",
        "ready",
        "turns",
        "visits",
        "waits",
    )

    def __init__(
        self, number: int, name: str, cpu: Cpu, body: Body, *, interrupt: bool = False
    ) -> None:
        """Make a task that will run `body`; the world starts it."""
        self.number = number
        self.name = name
        self.cpu = cpu
        self.body = body
        self.interrupt = interrupt
        self.parent: Task | None = None
        """Who started it; None for what a case or the clock starts."""
        self.born = 0
        """How many events the run had when it was started."""
        self.greenlet: greenlet | None = None
        self.done = False
        self.ready = True
        self.waits = False
        """Whether the task sleeps or spins (it is then not ready)."""
        self.awaits: Callable[[], bool] | None = None
        """What the task waits for, while it does so in a wait queue."""
        self.preempt_count = 0
        self.turns = 0
        """How often the machine was handed to the task, which may pass no point in a turn."""
        self.visits: dict[Point, int] = {}
        self.pending: Point = BEGIN
        """The point that the task announced last; it executes when the task is chosen again."""
        self.pending_instance = 0

    def unwind(self) -> list[Exception]:
        """End the greenlet if it is left half-way; an error on its way out is our bug.

        The task, which events remember, lets go of what it did it with.
        """
        left, self.greenlet = self.greenlet, None
        self.body = nothing
        try:
            if left is not None and not left.dead:
                left.throw(Unwind)
        except Exception as error:
            return [error]
        return []

    def __repr__(self) -> str:
        """Show the task for a person who debugs."""
        return f"<task {self.name} at {self.pending.name}#{self.visits.get(self.pending, 0)}>"
