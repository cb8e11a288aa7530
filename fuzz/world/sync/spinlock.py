"""Spinlocks: preemption is off while one is held, and waiting keeps the CPU busy."""

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


class SpinLock:
    """A lock whose holder may not sleep and is not preempted on its own CPU."""

    __slots__ = ("_queue", "_world", "instance", "lock_class", "owner")
    owned = True

    def __init__(self, world: World, lock_class: LockClass, instance: int = 0) -> None:
        """Make a free lock of a class; `instance` tells it from its siblings."""
        self._world = world
        self.lock_class = lock_class
        self.instance = instance
        self._queue: WaitQueue | None = None
        """Made for the first who spins: most locks of a run never see one."""
        self.owner: Task | None = None

    @property
    def contended(self) -> bool:
        """Whether somebody spins for it."""
        return self._queue is not None and not self._queue.empty

    def acquire(self) -> None:
        """Take the lock, spinning while another task holds it."""
        world = self._world
        world.reach(self.lock_class.lock, self.instance)
        world.preempt_disable(irqs=self.lock_class.irqs_off)
        for hook in world.hooks.acquiring:
            hook(world.running, self, Hold.EXCLUSIVE)
        if self.owner is not None:
            self._spin()
        self._take()

    def nested(self) -> AbstractContextManager[None]:
        """Hold it for a `with` block, beside another of its kind that is always taken first."""
        return Nested(self._world, self, self.acquire, self.release)

    def try_acquire(self) -> bool:
        """Take the lock if it is free; never wait."""
        world = self._world
        world.reach(self.lock_class.lock, self.instance)
        if self.owner is not None:
            return False
        world.preempt_disable(irqs=self.lock_class.irqs_off)
        self._take()
        return True

    def release(self) -> None:
        """Drop the lock; only its holder may."""
        world = self._world
        world.reach(self.lock_class.unlock, self.instance)
        if self.owner is not world.running:
            report_wrong_unlock(world, self, self.owner)
        for hook in world.hooks.released:
            hook(world.running, self, Hold.EXCLUSIVE)
        self.owner = None
        if self._queue is not None:
            self._queue.wake_all()
        world.preempt_enable(irqs=self.lock_class.irqs_off)

    def destroy(self) -> None:
        """Say that the lock goes away: nobody may hold it or wait for it."""
        for hook in self._world.hooks.destroyed:
            hook(self._world.running, self)

    def _take(self) -> None:
        world = self._world
        self.owner = task = world.running
        for hook in world.hooks.acquired:
            hook(task, self, Hold.EXCLUSIVE)

    def _spin(self) -> None:
        if self._queue is None:
            self._queue = WaitQueue(self._world)
        self._queue.wait_until(self._is_free, self.lock_class.wait, self.instance, sleeps=False)

    def _is_free(self) -> bool:
        return self.owner is None

    def __enter__(self) -> None:
        """Take the lock for a `with` block."""
        self.acquire()

    def __exit__(self, *_: object) -> None:
        """Drop the lock at the end of a `with` block, however it ends."""
        self.release()
