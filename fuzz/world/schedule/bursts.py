"""Bursts: a task runs on for a while, short or long, then another one does.

A walk that draws at every step seldom lets a task stand still while another does something whole;
a strategy with a fixed number of changes has few of them in a long run. Here their number grows
with the run, and their distances are of all orders of magnitude (as the time slices of chaos mode
in rr are).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.values.choices import Choices
    from fuzz.world.task import Task

DOUBLINGS: Final = 7
"""A burst is of up to 1, 2, 4, ... 64 steps, each as likely."""


class Bursts:
    """Draws a task and for how many steps it goes on, unless it has to wait before."""

    __slots__ = ("_choices", "_left", "_runs")

    def __init__(self, choices: Choices) -> None:
        """Draw from `choices`."""
        self._choices = choices
        self._runs: Task | None = None
        """Whose burst it is."""
        self._left = 0

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Choose the task of the burst, or begin another burst."""
        del announcer, stays
        if self._left and self._runs in eligible:
            self._left -= 1
            assert self._runs is not None, "a burst is somebody's"
            return self._runs
        others = [task for task in eligible if task is not self._runs] or eligible
        self._runs = self._choices.one_of(others)
        self._left = self._choices.below(1 << self._choices.below(DOUBLINGS))
        return self._runs
