"""The lock of a zspage whose readers may sleep: who writes only ever tries to [6.16].

Readers spin for a writer, which is brief; nobody waits for a reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.spinlock import SpinLock

if TYPE_CHECKING:
    from fuzz.world.world import World

ZSPAGE_LOCK: Final = LockClass("zsmalloc.zspage_lock", "a zspage, against being moved or emptied")


class ZspageLock:
    """struct zspage_lock: a count of readers under a spinlock, which a writer keeps."""

    __slots__ = ("_spinlock", "readers")

    def __init__(self, world: World, number: int) -> None:
        """Make a free lock."""
        self._spinlock = SpinLock(world, ZSPAGE_LOCK, number)
        self.readers = 0

    def acquire_reading(self) -> None:
        """Keep writers out until `release_reading`; preemption is on meanwhile."""
        with self._spinlock:
            self.readers += 1

    def release_reading(self) -> None:
        """Undo one `acquire_reading`."""
        with self._spinlock:
            assert self.readers > 0, "a lock that is dropped was held"
            self.readers -= 1

    def try_acquire_writing(self) -> bool:
        """Take the lock alone if nobody reads; never wait for a reader."""
        self._spinlock.acquire()
        if self.readers:
            self._spinlock.release()
            return False
        return True

    def destroy(self) -> None:
        """Say that the lock goes away with its zspage."""
        self._spinlock.destroy()

    def release_writing(self) -> None:
        """Undo `try_acquire_writing`."""
        self._spinlock.release()
