"""Holds: a task is held back at a place, at a rare one nearly as often as at a common one.

A strategy that switches at some rate of steps is mostly in what every operation passes. Here the
chance at the n-th visit of a place is one n-th of that at the first. Who is held back stands still
while others do something whole, and goes on before they do something else (as in active testing:
Sen, PLDI 2008, but at any place instead of at races that are known).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.values.choices import Choices
    from fuzz.values.point import Point
    from fuzz.world.task import Task

    Place = tuple[Point | None, Point]
    """A point and the one before: that tells callers apart."""

HELD_PERCENT: Final = 25
"""How often a task is held back at the first visit of a place."""
DOUBLINGS: Final = 9
"""It is held for up to 1, 2, 4, ... 256 steps of others, each as likely."""


class Holds:
    """Lets a task run on until it has to wait or is held back, then another one."""

    __slots__ = ("_before", "_choices", "_held", "_runs", "_visits")

    def __init__(self, choices: Choices) -> None:
        """Draw from `choices`."""
        self._choices = choices
        self._visits: dict[Place, int] = {}
        self._before: dict[Task, Point] = {}
        """What a task announced before."""
        self._held: dict[Task, int] = {}
        """Who is held back, and for how many more steps."""
        self._runs: Task | None = None
        """Who runs on as long as it may."""

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Choose who has been held back long enough, else who runs, else anybody who is free."""
        del stays
        if announcer not in self._held:
            self._arrive(announcer)
        self._release()
        free = [task for task in eligible if task not in self._held]
        if self._runs not in free:
            self._runs = self._choices.one_of(free or eligible)
            self._held.pop(self._runs, None)
        assert self._runs is not None, "somebody runs"
        return self._runs

    def _arrive(self, task: Task) -> None:
        """Draw whether a task is held back where it is."""
        place = self._before.get(task), task.pending
        self._before[task] = task.pending
        visits = self._visits[place] = self._visits.get(place, 0) + 1
        if self._choices.below(100 * visits) < HELD_PERCENT:
            self._held[task] = 1 + self._choices.below(1 << self._choices.below(DOUBLINGS))

    def _release(self) -> None:
        """Count a step; the last of those that were held long enough goes on."""
        for task in tuple(self._held):
            self._held[task] -= 1
            if not self._held[task]:
                del self._held[task]
                self._runs = task
