"""Reader-writer semaphores: many readers or one writer, all of whom may sleep."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from fuzz.world.contexts import report_wrong_unlock
from fuzz.world.observer import Hold
from fuzz.world.sync.nested import Nested
from fuzz.world.sync.wait_queue import WaitQueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.world.sync.lock_class import LockClass
    from fuzz.world.world import World


class RwSemaphore:
    """Many readers or one writer; a waiting writer keeps new readers out, to get its turn."""

    __slots__ = (
        "_queue",
        "_world",
        "instance",
        "lock_class",
        "readers",
        "writer",
        "writers_waiting",
    )
    owned = True

    def __init__(self, world: World, lock_class: LockClass, instance: int = 0) -> None:
        """Make a free semaphore of a class; `instance` tells it from its siblings."""
        self._world = world
        self.lock_class = lock_class
        self.instance = instance
        self._queue: WaitQueue | None = None
        """Made for the first who sleeps."""
        self.readers = 0
        self.writer = False
        self.writers_waiting = 0

    def reading(self) -> AbstractContextManager[None]:
        """Hold the semaphore with other readers, for a `with` block."""
        return _Reading(self)

    def writing(self) -> AbstractContextManager[None]:
        """Hold the semaphore alone, for a `with` block."""
        return _Writing(self)

    def acquire_writing(self) -> None:
        """Hold the semaphore alone, until `release_writing`."""
        world = self._world
        world.might_sleep()
        world.reach(self.lock_class.lock, self.instance)
        self._acquiring(Hold.EXCLUSIVE)
        if self.writer or self.readers:
            self.writers_waiting += 1
            self._sleep_until(self._writable)
            self.writers_waiting -= 1
        self.writer = True
        self._acquired(Hold.EXCLUSIVE)

    def writing_nested(self) -> AbstractContextManager[None]:
        """Hold it alone for a `with` block, beside another one that is always taken first."""
        return Nested(self._world, self, self.acquire_writing, self.release_writing)

    def release_writing(self) -> None:
        """Undo `acquire_writing`."""
        self._world.reach(self.lock_class.unlock, self.instance)
        if not self.writer:
            report_wrong_unlock(self._world, self, None)
        self._released(Hold.EXCLUSIVE)
        self.writer = False
        self._wake_all()

    def acquire_reading(self) -> None:
        """Hold the semaphore with other readers, until `release_reading`."""
        self._world.might_sleep()
        self._world.reach(self.lock_class.lock, self.instance)
        self._acquiring(Hold.SHARED)
        if self.writer or self.writers_waiting:
            self._sleep_until(self._readable)
        self.readers += 1
        self._acquired(Hold.SHARED)

    def try_acquire_reading(self) -> bool:
        """Hold the semaphore with other readers if that needs no waiting; never sleep."""
        self._world.reach(self.lock_class.lock, self.instance)
        if not self._readable():
            return False
        self.readers += 1
        self._acquired(Hold.SHARED)
        return True

    def release_reading(self) -> None:
        """Undo one `acquire_reading`."""
        self._world.reach(self.lock_class.unlock, self.instance)
        if not self.readers:
            report_wrong_unlock(self._world, self, None)
        self._released(Hold.SHARED)
        self.readers -= 1
        self._wake_all()

    def destroy(self) -> None:
        """Say that the lock goes away: nobody may hold it or wait for it."""
        for hook in self._world.hooks.destroyed:
            hook(self._world.running, self)

    def _acquiring(self, hold: Hold) -> None:
        for hook in self._world.hooks.acquiring:
            hook(self._world.running, self, hold)

    def _acquired(self, hold: Hold) -> None:
        for hook in self._world.hooks.acquired:
            hook(self._world.running, self, hold)

    def _released(self, hold: Hold) -> None:
        for hook in self._world.hooks.released:
            hook(self._world.running, self, hold)

    def _sleep_until(self, condition: Callable[[], bool]) -> None:
        if self._queue is None:
            self._queue = WaitQueue(self._world)
        self._queue.wait_until(condition, self.lock_class.wait, self.instance)

    def _wake_all(self) -> None:
        if self._queue is not None:
            self._queue.wake_all()

    def _readable(self) -> bool:
        return not self.writer and not self.writers_waiting

    def _writable(self) -> bool:
        return not self.writer and not self.readers


class _Reading(AbstractContextManager[None]):
    """A `with` block that reads; a class, because a generator takes three times as long."""

    __slots__ = ("_semaphore",)

    def __init__(self, semaphore: RwSemaphore) -> None:
        self._semaphore = semaphore

    def __enter__(self) -> None:
        self._semaphore.acquire_reading()

    def __exit__(self, *_: object) -> None:
        self._semaphore.release_reading()


class _Writing(AbstractContextManager[None]):
    """A `with` block that writes."""

    __slots__ = ("_semaphore",)

    def __init__(self, semaphore: RwSemaphore) -> None:
        self._semaphore = semaphore

    def __enter__(self) -> None:
        self._semaphore.acquire_writing()

    def __exit__(self, *_: object) -> None:
        self._semaphore.release_writing()
