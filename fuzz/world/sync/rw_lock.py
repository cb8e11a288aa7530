"""Spinning reader-writer locks: many readers or one writer, none of whom may sleep.

Who has to wait gets in by turn, so that readers who keep coming cannot starve a writer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.world.contexts import report_wrong_unlock
from fuzz.world.observer import Hold
from fuzz.world.sync.wait_queue import WaitQueue

if TYPE_CHECKING:
    from fuzz.world.sync.lock_class import LockClass
    from fuzz.world.task import Task
    from fuzz.world.world import World


class _Spinner:
    """Somebody who waits for a turn."""

    __slots__ = ("reads",)

    def __init__(self, *, reads: bool) -> None:
        self.reads = reads


class RwLock:
    """Many readers or one writer; preemption is off while they hold it or wait for it."""

    __slots__ = ("_queue", "_spinners", "_world", "instance", "lock_class", "readers", "writer")
    owned = True

    def __init__(self, world: World, lock_class: LockClass, instance: int = 0) -> None:
        """Make a free lock of a class; `instance` tells it from its siblings."""
        self._world = world
        self.lock_class = lock_class
        self.instance = instance
        self._queue: WaitQueue | None = None
        """Made for the first who spins."""
        self._spinners: list[_Spinner] = []
        self.readers = 0
        self.writer: Task | None = None

    @property
    def contended(self) -> bool:
        """Whether somebody waits for it."""
        return bool(self._spinners)

    def acquire_reading(self) -> None:
        """Take the lock with other readers, spinning while a writer holds it or came before."""
        world = self._world
        world.reach(self.lock_class.lock, self.instance)
        world.preempt_disable()
        for hook in world.hooks.acquiring:
            hook(world.running, self, Hold.SHARED)
        if self.writer is not None or self._spinners:
            self._spin(reads=True)
        self.readers += 1
        for hook in world.hooks.acquired:
            hook(world.running, self, Hold.SHARED)

    def release_reading(self) -> None:
        """Undo one `acquire_reading`."""
        world = self._world
        world.reach(self.lock_class.unlock, self.instance)
        if not self.readers:
            report_wrong_unlock(world, self, self.writer)
        for hook in world.hooks.released:
            hook(world.running, self, Hold.SHARED)
        self.readers -= 1
        if self._queue is not None:
            self._queue.wake_all()
        world.preempt_enable()

    def acquire_writing(self) -> None:
        """Take the lock alone, spinning while anybody holds it."""
        world = self._world
        world.reach(self.lock_class.lock, self.instance)
        world.preempt_disable()
        for hook in world.hooks.acquiring:
            hook(world.running, self, Hold.EXCLUSIVE)
        if self.writer is not None or self.readers or self._spinners:
            self._spin(reads=False)
        self.writer = world.running
        for hook in world.hooks.acquired:
            hook(world.running, self, Hold.EXCLUSIVE)

    def acquire_writing_nested(self) -> None:
        """Take the lock alone, beside another of its kind that is always taken first."""
        for hook in self._world.hooks.nests:
            hook(self._world.running, self)
        self.acquire_writing()

    def release_writing(self) -> None:
        """Drop the lock; only its writer may."""
        world = self._world
        world.reach(self.lock_class.unlock, self.instance)
        if self.writer is not world.running:
            report_wrong_unlock(world, self, self.writer)
        for hook in world.hooks.released:
            hook(world.running, self, Hold.EXCLUSIVE)
        self.writer = None
        if self._queue is not None:
            self._queue.wake_all()
        world.preempt_enable()

    def destroy(self) -> None:
        """Say that the lock goes away: nobody may hold it or wait for it."""
        for hook in self._world.hooks.destroyed:
            hook(self._world.running, self)

    def _spin(self, *, reads: bool) -> None:
        if self._queue is None:
            self._queue = WaitQueue(self._world)
        spinner = _Spinner(reads=reads)
        self._spinners.append(spinner)
        self._queue.wait_until(
            lambda: self._is_turn_of(spinner), self.lock_class.wait, self.instance, sleeps=False
        )
        self._spinners.remove(spinner)

    def _is_turn_of(self, spinner: _Spinner) -> bool:
        before = self._spinners[: self._spinners.index(spinner)]
        if spinner.reads:
            return self.writer is None and all(other.reads for other in before)
        return self.writer is None and not self.readers and not before
