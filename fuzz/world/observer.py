"""Observers: they learn what tasks do at their meeting places, beside the points that are passed.

A watcher sees a run for a person; an observer judges it.
It never passes a point, wakes anybody or stops the machine, so a run goes the same way with it and
without: what a search without one finds, all of them find.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.values.point import Point
    from fuzz.world.cell import Cell, Touch
    from fuzz.world.sync.lock_class import LockClass
    from fuzz.world.task import Task


class Hold(Enum):
    """How a lock is held."""

    __hash__ = object.__hash__  # As they compare; that of `Enum` hashes the name at each use.

    EXCLUSIVE = "alone"
    SHARED = "with others"
    """Who comes again may have to wait behind somebody who wants it alone."""
    RECURSIVE = "with others, again and again"
    """Nobody who waits can keep the holder from taking it once more."""


class Lock(Protocol):
    """What an observer may know of a lock; the object itself tells one from another."""

    @property
    def lock_class(self) -> LockClass:
        """Its kind."""
        ...

    @property
    def owned(self) -> bool:
        """Whether only the task that took it may drop it."""
        ...

    @property
    def instance(self) -> int:
        """What tells it from its siblings in a trace; two of them may have the same number."""
        ...


class Observer:
    """Learns of what happens; a subclass overrides what it wants to know, and pays for no more.

    Each method is called by the running task, `task`, or by the clock where a task may be None.
    """

    def nests(self, task: Task, lock: Lock) -> None:
        """Learn that `task` is about to take a lock beside another of its kind, in a known order.

        It says so before each such acquisition, and by that it means the one that comes next.
        """

    def acquiring(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Learn that `task` is about to take a lock, and may have to wait; no trylock says so.

        Who only might enter a pseudo-lock says no more than this.
        """

    def acquired(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Learn that `task` has taken a lock, by waiting or by trying."""

    def released(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Learn that `task` drops a lock, just before anybody who waits is woken."""

    def destroyed(self, task: Task, lock: Lock) -> None:
        """Learn that a lock goes away."""

    def published(self, task: Task, thing: object) -> None:
        """Learn that what `task` did until now is seen by whoever comes to know of `thing`."""

    def learned(self, task: Task, thing: object) -> None:
        """Learn that `task` sees all that was done before `thing` was published."""

    def woke(self, waker: Task | None, woken: Task) -> None:
        """Learn that a waiting task may go on; None stands for the clock."""

    def spawned(self, parent: Task | None, child: Task) -> None:
        """Learn of a new task; None stands for the clock, and for whoever prepares a run."""

    def rested(self, task: Task) -> None:
        """Learn that `task` is between two operations, as a process in user space is."""

    def touched(self, cell: Cell, touch: Touch) -> None:
        """Learn that the running task, if there is one, is about to access a cell."""

    def failed(self, task: Task, point: Point, outcome: str) -> None:
        """Learn that a request of `task` fails, before it does."""

    def tired(self) -> None:
        """Learn of a point of a run that has used up most of its budget of points."""

    def spent(self) -> None:
        """Learn that a run has used up its budget; it ends here."""

    def stuck(self) -> None:
        """Learn that nothing can run any more, although tasks wait."""

    def ended(self, task: Task) -> None:
        """Learn that `task` has done its work; it passes nothing but its end any more."""


class Hooks:
    """What is called at each occasion: the methods of all observers that override them.

    Whoever has something to tell loops over a tuple here, which is empty when nobody wants it.
    """

    __slots__ = (
        "acquired",
        "acquiring",
        "destroyed",
        "ended",
        "failed",
        "learned",
        "nests",
        "published",
        "released",
        "rested",
        "spawned",
        "spent",
        "stuck",
        "tired",
        "touched",
        "woke",
    )

    def __init__(self) -> None:
        """Start with nobody to tell."""
        self.nests: tuple[Callable[[Task, Lock], None], ...] = ()
        self.destroyed: tuple[Callable[[Task, Lock], None], ...] = ()
        self.acquiring: tuple[Callable[[Task, Lock, Hold], None], ...] = ()
        self.acquired: tuple[Callable[[Task, Lock, Hold], None], ...] = ()
        self.released: tuple[Callable[[Task, Lock, Hold], None], ...] = ()
        self.published: tuple[Callable[[Task, object], None], ...] = ()
        self.learned: tuple[Callable[[Task, object], None], ...] = ()
        self.woke: tuple[Callable[[Task | None, Task], None], ...] = ()
        self.spawned: tuple[Callable[[Task | None, Task], None], ...] = ()
        self.rested: tuple[Callable[[Task], None], ...] = ()
        self.touched: tuple[Callable[[Cell, Touch], None], ...] = ()
        self.failed: tuple[Callable[[Task, Point, str], None], ...] = ()
        self.tired: tuple[Callable[[], None], ...] = ()
        self.spent: tuple[Callable[[], None], ...] = ()
        self.stuck: tuple[Callable[[], None], ...] = ()
        self.ended: tuple[Callable[[Task], None], ...] = ()

    def clear(self) -> None:
        """Tell nobody anything any more, and let go of who was told."""
        for occasion in Hooks.__slots__:
            setattr(self, occasion, ())

    def add(self, observer: Observer) -> None:
        """Tell an observer, from now on, of what it overrides, after those that were added before.

        An occasion is a slot of this class and a method of `Observer` of the same name.
        """
        for occasion in _occasions(type(observer)):
            told = getattr(self, occasion)
            setattr(self, occasion, (*told, getattr(observer, occasion)))


@cache
def _occasions(kind: type[Observer]) -> tuple[str, ...]:
    """Name what a kind of observer overrides; asked anew for each run, of few kinds."""
    return tuple(
        occasion
        for occasion in Hooks.__slots__
        if getattr(kind, occasion) is not getattr(Observer, occasion)
    )
