"""POS: partial-order sampling (Yuan, Yang, Gu: CAV 2018)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import conflict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.values.choices import Choices
    from fuzz.world.task import Task

PRIORITIES: Final = 1 << 30
"""So many that two announced accesses share one about never."""


class PartialOrderSampling:
    """Runs the announced access of the highest priority, each drawn when its access is announced.

    When an access executes, every announced one that conflicts with it draws again: a late access
    gets a fresh chance to come first, and orders of races are sampled rather than orders of tasks.
    """

    __slots__ = ("_choices", "_priorities")

    def __init__(self, choices: Choices) -> None:
        """Draw priorities from `choices`."""
        self._choices = choices
        self._priorities: dict[Task, int] = {}

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Choose the highest priority; the access that it announced executes next."""
        del stays  # priorities alone decide
        priorities = self._priorities
        priorities.pop(announcer, None)  # what it announced is new, even if another chose it
        for task in eligible:
            if task not in priorities:
                priorities[task] = self._choices.below(PRIORITIES)
        best = max(eligible, key=priorities.__getitem__)
        self._discard(best)
        return best

    def _discard(self, executed: Task) -> None:
        """Forget the priority of the access that executes and of all that conflict with it."""
        point, instance = executed.pending, executed.pending_instance
        self._priorities = {
            task: priority
            for task, priority in self._priorities.items()
            if task is not executed
            and not conflict(point, instance, task.pending, task.pending_instance)
        }
