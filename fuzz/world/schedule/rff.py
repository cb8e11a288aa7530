"""Reads-from fuzzing (Wolff, Shi, Duck, Mathur, Roychoudhury: ASPLOS 2024), its scheduler.

POS decides, but for tasks that are about to make an access of a constraint: who may help to fulfil
one goes first, who would break one goes last.
Constraints name points, never tasks or instances: one holds back all writers of a kind at once.
They only prefer, so that nothing can hang because of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import Enum, auto
from typing import TYPE_CHECKING

from fuzz.world.schedule.pos import PartialOrderSampling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.values.choices import Choices
    from fuzz.values.point import Point
    from fuzz.world.event import Event
    from fuzz.world.schedule.hints import Hints
    from fuzz.world.task import Task

FIRST, NEUTRAL, LAST = 1, 0, -1
"""What a constraint says of a task, by what it is about to do."""


class State(Enum):
    """How far a constraint is."""

    IDLE = auto()
    """Nobody has come to the read yet."""
    AWAITED = auto()
    """Somebody is about to read; the write should come before that."""
    WRITTEN = auto()
    """The write was the last one; the read should come before another."""


class Constraint(ABC):
    """A pair of points, by their names, and the thing that a reader and a writer may meet at."""

    __slots__ = ("_read", "_write")

    def __init__(self, write: str, read: str) -> None:
        """Speak of the read `read` and the write `write`."""
        self._write = write
        self._read = read

    @abstractmethod
    def look(self, eligible: Sequence[Task]) -> None:
        """Notice who is about to do what."""

    @abstractmethod
    def passed(self, point: Point, instance: int) -> None:
        """Follow what was done."""

    @abstractmethod
    def says(self, task: Task) -> int:
        """Say whether a task should go first or last."""


class Wanted(Constraint):
    """The reader should see what that writer wrote."""

    __slots__ = ("_cell", "_state")

    def __init__(self, write: str, read: str) -> None:
        """Want the read to see the write."""
        super().__init__(write, read)
        self._state = State.IDLE
        self._cell: tuple[str, int] = ("", 0)
        """The thing and its instance, unless the state is idle."""

    def look(self, eligible: Sequence[Task]) -> None:
        """Notice the first who is about to read."""
        for task in eligible:
            if self._state is State.IDLE and task.pending.name == self._read:
                self._state, self._cell = State.AWAITED, _cell_of(task)

    def passed(self, point: Point, instance: int) -> None:
        """Follow the write, the read, and writes in between."""
        cell = point.thing, instance
        if self._state is not State.IDLE and cell != self._cell:
            return
        if point.name == self._write:
            self._state, self._cell = State.WRITTEN, cell
        elif point.name == self._read or point.writes:
            self._state = State.IDLE

    def says(self, task: Task) -> int:
        """Hold the read back until the write was made, then every other write until the read."""
        if self._state is State.IDLE or _cell_of(task) != self._cell:
            return NEUTRAL
        name, written = task.pending.name, self._state is State.WRITTEN
        if name == self._read:
            return FIRST if written else LAST
        if name == self._write and not written:
            return FIRST
        return LAST if written and task.pending.writes else NEUTRAL


class Unwanted(Constraint):
    """The reader should see anything else than what that writer wrote."""

    __slots__ = ("_spoilt",)

    def __init__(self, write: str, read: str) -> None:
        """Want the read not to see the write."""
        super().__init__(write, read)
        self._spoilt: set[tuple[str, int]] = set()
        """What was written last by that writer."""

    def look(self, eligible: Sequence[Task]) -> None:
        """Notice nothing: only what was done counts."""

    def passed(self, point: Point, instance: int) -> None:
        """Follow who wrote last."""
        if point.name == self._write:
            self._spoilt.add((point.thing, instance))
        elif point.writes:
            self._spoilt.discard((point.thing, instance))

    def says(self, task: Task) -> int:
        """Let the read come before the write, and after one another write before the read."""
        name, spoilt = task.pending.name, _cell_of(task) in self._spoilt
        if name == self._read:
            return LAST if spoilt else FIRST
        if name == self._write:
            return NEUTRAL if spoilt else LAST
        return FIRST if spoilt and task.pending.writes else NEUTRAL


def _cell_of(task: Task) -> tuple[str, int]:
    return task.pending.thing, task.pending_instance


class ReadsFrom(PartialOrderSampling):
    """POS among those whom the constraints put first, else among the rest."""

    __slots__ = ("_constraints", "_seen", "_trace")

    def __init__(self, choices: Choices, hints: Hints) -> None:
        """Prefer runs that fulfil the pairs of `hints`."""
        super().__init__(choices)
        self._constraints: list[Constraint] = [
            *(Wanted(*pair) for pair in hints.take),
            *(Unwanted(*pair) for pair in hints.avoid),
        ]
        self._trace: Sequence[Event] = ()
        self._seen = 0

    def read(self, trace: Sequence[Event]) -> None:
        """Follow what passes from now on."""
        self._trace = trace

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Choose by POS among those who should go first."""
        for _, point, _, instance in self._trace[self._seen :]:
            for constraint in self._constraints:
                constraint.passed(point, instance)
        self._seen = len(self._trace)
        for constraint in self._constraints:
            constraint.look(eligible)
        ranks = [self._rank(task) for task in eligible]
        best = max(ranks)
        first = [task for task, rank in zip(eligible, ranks, strict=True) if rank == best]
        return super().pick(first, announcer, stays=stays)

    def _rank(self, task: Task) -> int:
        """Join what the constraints say of a task; where they disagree, it is as any other."""
        said = {constraint.says(task) for constraint in self._constraints}
        return (FIRST in said) - (LAST in said)
