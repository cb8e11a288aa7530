"""Locks that are taken beside another of their kind, in an order that the caller knows."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.world.observer import Lock
    from fuzz.world.world import World


class Nested(AbstractContextManager[None]):
    """A `with` block that holds a second lock of a kind, whose first is always taken before it."""

    __slots__ = ("_acquire", "_lock", "_release", "_world")

    def __init__(
        self, world: World, lock: Lock, acquire: Callable[[], None], release: Callable[[], None]
    ) -> None:
        """Take `lock` with `acquire` and drop it with `release`."""
        self._world = world
        self._lock = lock
        self._acquire = acquire
        self._release = release

    def __enter__(self) -> None:
        """Say that it is nested, and take it."""
        for hook in self._world.hooks.nests:
            hook(self._world.running, self._lock)
        self._acquire()

    def __exit__(self, *_: object) -> None:
        """Drop it."""
        self._release()
