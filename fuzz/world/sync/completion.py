"""Completions: one task waits until another says that something is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.world.sync.wait_queue import WaitQueue

if TYPE_CHECKING:
    from fuzz.world.sync.lock_class import LockClass
    from fuzz.world.world import World


class Completion:
    """Something that will be done once; waiting for it after that returns at once."""

    __slots__ = ("_queue", "_world", "done", "instance", "lock_class")

    def __init__(self, world: World, lock_class: LockClass, instance: int = 0) -> None:
        """Make a completion that is not done yet."""
        self._world = world
        self.lock_class = lock_class
        self.instance = instance
        self._queue = WaitQueue(world)
        self.done = False

    def wait(self) -> None:
        """Sleep until it is done."""
        self._world.might_sleep()
        self._world.reach(self.lock_class.lock, self.instance)
        self._queue.wait_until(self._is_done, self.lock_class.wait, self.instance)
        for hook in self._world.hooks.learned:
            hook(self._world.running, self)

    def complete(self) -> None:
        """Say that it is done; allowed in any context."""
        self._world.reach(self.lock_class.unlock, self.instance)
        for hook in self._world.hooks.published:
            hook(self._world.running, self)
        self.done = True
        self._queue.wake_all()

    def _is_done(self) -> bool:
        return self.done
