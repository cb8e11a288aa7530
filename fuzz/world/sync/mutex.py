"""Sleeping locks with one holder: mutexes, and bit locks that any task may drop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.world.contexts import report_wrong_unlock
from fuzz.world.observer import Hold
from fuzz.world.sync.nested import Nested
from fuzz.world.sync.wait_queue import WaitQueue

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from fuzz.world.sync.lock_class import LockClass
    from fuzz.world.task import Task
    from fuzz.world.world import World


class BitLock:
    """A sleeping lock without an owner: one task may take it and another drop it."""

    __slots__ = ("_queue", "_world", "instance", "lock_class", "taker")
    owned = False

    def __init__(self, world: World, lock_class: LockClass, instance: int = 0) -> None:
        """Make a free lock of a class; `instance` tells it from its siblings."""
        self._world = world
        self.lock_class = lock_class
        self.instance = instance
        self._queue: WaitQueue | None = None
        """Made for the first who sleeps: most locks of a run never see one."""
        self.taker: Task | None = None

    @property
    def locked(self) -> bool:
        """Whether some task has taken it."""
        return self.taker is not None

    def acquire(self) -> None:
        """Take the lock, sleeping while it is taken."""
        world = self._world
        world.might_sleep()
        world.reach(self.lock_class.lock, self.instance)
        for hook in world.hooks.acquiring:
            hook(world.running, self, Hold.EXCLUSIVE)
        if self.taker is not None:
            self._sleep()
        self._take()

    def nested(self) -> AbstractContextManager[None]:
        """Hold it for a `with` block, beside another of its kind that is always taken first."""
        return Nested(self._world, self, self.acquire, self.release)

    def try_acquire(self) -> bool:
        """Take the lock if it is free; never sleep."""
        self._world.reach(self.lock_class.lock, self.instance)
        if self.taker is not None:
            return False
        self._take()
        return True

    def wait(self) -> None:
        """Sleep until the lock is free, without taking it."""
        self._world.might_sleep()
        if self.taker is not None:
            self._sleep()

    def release(self) -> None:
        """Drop the lock, whoever took it."""
        world = self._world
        world.reach(self.lock_class.unlock, self.instance)
        if self.taker is None:
            report_wrong_unlock(world, self, None)
        for hook in world.hooks.released:
            hook(world.running, self, Hold.EXCLUSIVE)
        self.taker = None
        if self._queue is not None:
            self._queue.wake_all()

    def destroy(self) -> None:
        """Say that the lock goes away: nobody may hold it or wait for it."""
        for hook in self._world.hooks.destroyed:
            hook(self._world.running, self)

    def _take(self) -> None:
        world = self._world
        self.taker = task = world.running
        for hook in world.hooks.acquired:
            hook(task, self, Hold.EXCLUSIVE)

    def _sleep(self) -> None:
        if self._queue is None:
            self._queue = WaitQueue(self._world)
        self._queue.wait_until(self._is_free, self.lock_class.wait, self.instance)

    def _is_free(self) -> bool:
        return self.taker is None

    def __enter__(self) -> None:
        """Take the lock for a `with` block."""
        self.acquire()

    def __exit__(self, *_: object) -> None:
        """Drop the lock at the end of a `with` block, however it ends."""
        self.release()


class Mutex(BitLock):
    """A sleeping lock that only its owner may drop."""

    __slots__ = ()
    owned = True

    def release(self) -> None:
        """Drop the lock; only its owner may."""
        if self.taker is not self._world.running:
            report_wrong_unlock(self._world, self, self.taker)
        super().release()
