"""What one task holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.world.observer import Hold, Lock


class Held:
    """A lock that a task has taken, and how."""

    __slots__ = ("hold", "lock", "name", "place", "tried")

    def __init__(self, lock: Lock, name: str, hold: Hold, place: str, *, tried: bool) -> None:
        """Note that a lock was taken in the function `place`."""
        self.lock = lock
        self.name = name
        """The name of its kind; of its kind within its kind, for one that is nested."""
        self.hold = hold
        self.place = place
        self.tried = tried
        """Whether it was taken without readiness to wait."""


def index_of(held: list[Held], lock: Lock) -> int:
    """Find the newest hold of a lock; -1 when there is none."""
    for index in range(len(held) - 1, -1, -1):
        if held[index].lock is lock:
            return index
    return -1
