"""The log of holds: an observer that notes which locks tasks take and drop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.people.reports.telling.holds import Held
from fuzz.world.observer import Hold, Observer
from fuzz.world.sync.pseudo_lock import PseudoLock

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.world.observer import Lock
    from fuzz.world.task import Task


class HoldLog(Observer):
    """Knows who held what, and when; `now` says how many moments of the story have passed."""

    def __init__(self, now: Callable[[], int]) -> None:
        """Start with no lock taken."""
        self._now = now
        self._open: list[tuple[Lock, Task, int, Hold]] = []
        self._ended: list[tuple[Lock, Task, int, Hold, int]] = []
        self._wanted: dict[Lock, list[Task]] = {}

    def acquiring(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Note that a task wants a lock."""
        del hold
        if isinstance(lock, PseudoLock):  # Nobody can wait for it, so a reader has no use for it.
            return
        wanting = self._wanted.setdefault(lock, [])
        if task not in wanting:
            wanting.append(task)

    def acquired(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Note that a task has a lock."""
        self.acquiring(task, lock, hold)
        if lock in self._wanted:
            self._open.append((lock, task, self._now(), hold))

    def released(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Note that a lock is dropped: by who took it or, where any task may, by another one."""
        del hold
        mine = [n for n, (held, by, *_) in enumerate(self._open) if held is lock and by is task]
        others = [n for n, (held, *_) in enumerate(self._open) if held is lock]
        for number in (mine or others)[-1:]:
            self._ended.append((*self._open.pop(number), self._now()))

    @property
    def holds(self) -> tuple[Held, ...]:
        """All holds by their beginning; what was never dropped ends with the story."""
        whole = (*self._ended, *((*entry, self._now()) for entry in self._open))
        return tuple(sorted(map(self._held, whole), key=lambda held: held.begin))

    def _held(self, entry: tuple[Lock, Task, int, Hold, int]) -> Held:
        lock, task, begin, hold, end = entry
        return Held(
            task=task.name,
            lock=lock.lock_class.name,
            instance=lock.instance,
            begin=begin,
            end=end,
            shared=hold is not Hold.EXCLUSIVE,
            contended=len(self._wanted[lock]) > 1,
        )
