"""Deferred work: functions that a worker task runs later, one after another.

To an observer, a queue is a pseudo-lock that its worker holds while it works and who flushes takes:
flushing while holding a lock that the work needs is a deadlock that may not happen today.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fuzz.values.point import Access, Point
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.pseudo_lock import PseudoLock
from fuzz.world.sync.wait_queue import WaitQueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.world.world import World


class _Points:
    """The points of all queues of one name."""

    __slots__ = ("add", "flush", "lock_class", "take")

    def __init__(self, name: str) -> None:
        self.add = Point(f"{name}.add", f"give work to {name}", Access.WRITE, name)
        self.take = Point(f"{name}.take", f"{name} takes work", Access.WRITE, name)
        self.flush = Point(f"{name}.flush", f"wait until {name} is done", Access.WAIT, name)
        self.lock_class = LockClass(name, f"the work of {name}")


@cache
def _points_of(name: str) -> _Points:
    return _Points(name)


class _Work:
    """A function that was given to a queue, and the name of the moment at which it was."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[[], None]) -> None:
        self.function = function


class WorkQueue:
    """Work in the order in which it came; a worker lives only while there is some."""

    __slots__ = ("_busy", "_idle", "_name", "_order", "_points", "_work", "_world")

    def __init__(self, world: World, name: str) -> None:
        """Make an empty queue whose worker tasks are called `name`."""
        self._world = world
        self._name = name
        self._points = _points_of(name)
        self._idle = WaitQueue(world)
        self._order = PseudoLock(world, self._points.lock_class)
        self._work: list[_Work] = []
        self._busy = False

    def add(self, function: Callable[[], None]) -> None:
        """Have `function` run by the worker; allowed in any context."""
        self._world.reach(self._points.add)
        work = _Work(function)
        for hook in self._world.hooks.published:
            hook(self._world.running, work)
        self._work.append(work)
        if not self._busy:
            self._busy = True
            self._world.spawn(self._name, self._drain)

    def flush(self) -> None:
        """Sleep until all work that was given is done."""
        self._world.might_sleep()
        self._order.might_enter()
        self._idle.wait_until(lambda: not self._busy, self._points.flush)
        for hook in self._world.hooks.learned:
            hook(self._world.running, self)

    def _drain(self) -> None:
        while self._work:
            self._world.reach(self._points.take)
            self._do(self._work.pop(0))
        for hook in self._world.hooks.published:
            hook(self._world.running, self)
        self._busy = False
        self._idle.wake_all()

    def _do(self, work: _Work) -> None:
        for hook in self._world.hooks.learned:
            hook(self._world.running, work)
        with self._order:
            work.function()
