"""Pseudo-locks: an order of nesting that must hold although nothing is there to wait for.

What lockdep calls a map without a lock, such as `fs_reclaim`: an allocation that may reclaim
"takes" it, and so does reclaim itself while it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.world.observer import Hold

if TYPE_CHECKING:
    from fuzz.world.sync.lock_class import LockClass
    from fuzz.world.world import World


class PseudoLock:
    """Something that any number of tasks can be inside of; only observers learn of it."""

    __slots__ = ("_hold", "_world", "instance", "lock_class")
    owned = True

    def __init__(
        self, world: World, lock_class: LockClass, instance: int = 0, hold: Hold = Hold.EXCLUSIVE
    ) -> None:
        """Make a pseudo-lock of a class; `hold` is how it is told to be held."""
        self._world = world
        self._hold = hold
        self.lock_class = lock_class
        self.instance = instance

    def enter(self) -> None:
        """Go inside, which an observer takes for a lock that is waited for."""
        hooks, task = self._world.hooks, self._world.running
        for hook in hooks.acquiring:
            hook(task, self, self._hold)
        for hook in hooks.acquired:
            hook(task, self, self._hold)

    def leave(self) -> None:
        """Undo one `enter` of the same task."""
        for hook in self._world.hooks.released:
            hook(self._world.running, self, self._hold)

    def might_enter(self) -> None:
        """Say that this place may go inside, even if it does not: it is about to, and no more."""
        for hook in self._world.hooks.acquiring:
            hook(self._world.running, self, self._hold)

    def __enter__(self) -> None:
        """Be inside for a `with` block."""
        self.enter()

    def __exit__(self, *_: object) -> None:
        """Leave at the end of a `with` block, however it ends."""
        self.leave()
