"""Guards: what one task holds and keeps others back by: locks, CPUs, an undisturbed operation.

A step that was kept back by a guard could not have come before a step during which it was held, but
perhaps before the one that began to hold it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.verify.world import VerifiedWorld
    from fuzz.world.task import Task

Key: TypeAlias = tuple[str, int]

BEFORE: Final = -1
"""Instead of a step: it began to be held before there were any."""
SPACE: Final[Key] = "space", 0


class Hold(NamedTuple):
    """Who holds something, since which step."""

    since: int
    task: int
    cpu: int
    """Where a holder is that cannot be preempted there; -1 for one that sleeps."""


Holds: TypeAlias = "Mapping[Key, Hold]"


class Guards:
    """What is held now; `holds` is replaced, never changed, so that each step can keep its own."""

    def __init__(self, world: VerifiedWorld) -> None:
        """Look at what is held before the first step."""
        self._world = world
        self._locks: dict[Key, Any] = {}
        self.holds: Holds = {}
        self._look_at_cpus(BEFORE)

    def note(self, number: int, task: Task, lock: Any, undisturbed: Task | None) -> None:
        """Note what has changed in a step, in which `task` may have taken `lock`."""
        for key, held in self._locks.items():
            holder = holder_of(held)
            if key in self.holds and (holder is None or holder.number != self.holds[key].task):
                self._drop(key)
        if lock is not None and holder_of(lock) is task:
            key = "lock", id(lock)
            self._locks[key] = lock
            if key not in self.holds:
                self._begin(key, number, task, sleeps=not spins(lock) or not task.preempt_count)
        self._look_at_cpus(number)
        if undisturbed is None:
            self._drop(SPACE)
        elif SPACE not in self.holds:
            self._begin(SPACE, number, undisturbed, sleeps=True)

    def _look_at_cpus(self, number: int) -> None:
        for cpu in self._world.cpus:
            for key, holder in (
                (("cpu", cpu.number), cpu.holder),
                (("irq", cpu.number), cpu.holder if cpu.masked else None),
            ):
                hold = self.holds.get(key)
                if holder is None:
                    self._drop(key)
                elif hold is None or hold.task != holder.number:
                    self._begin(key, number, holder, sleeps=True)

    def _begin(self, key: Key, number: int, task: Task, *, sleeps: bool) -> None:
        cpu = -1 if sleeps else task.cpu.number
        self.holds = {**self.holds, key: Hold(number, task.number, cpu)}

    def _drop(self, key: Key) -> None:
        if key in self.holds:
            self.holds = {other: hold for other, hold in self.holds.items() if other != key}


def spins(lock: Any) -> bool:
    """Whether who waits for a lock keeps its CPU busy."""
    return hasattr(lock, "owner")


def holder_of(lock: Any) -> Task | None:
    """Return who holds a lock."""
    holder: Task | None = lock.owner if spins(lock) else lock.taker
    return holder


def kept_back(keys: tuple[Key, ...], task: int, cpu: int, holds: Holds) -> int | None:
    """Return the step since which a task is kept back by one of some guards; None if it is not."""
    for key in keys:
        hold = holds.get(key)
        if hold is None or hold.task == task:
            continue
        if key[0] != "lock" or hold.cpu != cpu:
            return hold.since
    return None
