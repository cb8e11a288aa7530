"""What locks cost in a run: how often each kind was taken, and how long it was held, in points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fuzz.world.observer import Hold, Observer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.world.observer import Lock
    from fuzz.world.task import Task
    from fuzz.world.world import World


@dataclass(frozen=True, slots=True)
class LockCost:
    """The cost of all locks of one kind."""

    taken: int = 0
    """How often one was taken, by waiting or by trying."""
    held: int = 0
    """For how many points they were held, all times together; points of all tasks count."""
    longest: int = 0
    """The longest single time among them."""

    def __add__(self, other: LockCost) -> LockCost:
        """Return the cost of both."""
        return LockCost(
            self.taken + other.taken, self.held + other.held, max(self.longest, other.longest)
        )


class LockMeter(Observer):
    """Measures the locks of a world from the moment when it is attached."""

    def __init__(self, world: World) -> None:
        """Measure in points of this world."""
        self._trace = world.trace
        self._costs: dict[str, LockCost] = {}
        self._since: dict[tuple[Lock, Task | None], list[int]] = {}
        """For each lock that is held, since when; by task if several may hold it."""

    def acquired(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Note when a lock was taken."""
        self._since.setdefault(_holder(task, lock, hold), []).append(len(self._trace))

    def released(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Count a hold that is over; one that began before the measuring is none."""
        since = self._since.get(_holder(task, lock, hold))
        if since:
            self._count(lock, since.pop())

    def costs(self) -> Mapping[str, LockCost]:
        """Return the cost of each kind of lock, by name; what is still held ends here."""
        for (lock, _), since in self._since.items():
            while since:
                self._count(lock, since.pop())
        return dict(sorted(self._costs.items()))

    def _count(self, lock: Lock, since: int) -> None:
        points = len(self._trace) - since
        known = self._costs.get(lock.lock_class.name, LockCost())
        self._costs[lock.lock_class.name] = known + LockCost(1, points, points)


def _holder(task: Task, lock: Lock, hold: Hold) -> tuple[Lock, Task | None]:
    """Tell the holds of a lock apart; one that is held alone may be dropped by another task."""
    return lock, None if hold is Hold.EXCLUSIVE else task
