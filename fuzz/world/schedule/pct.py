"""PCT: probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010).

Priorities decide, and a few drawn steps demote whoever is about to run.
A bug of depth d (d orderings suffice to show it) among n tasks in k steps is found by one run with
probability 1 / (n * k ** (d - 1)) or more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.values.choices import Choices
    from fuzz.world.task import Task


class Pct:
    """Runs the eligible task of the highest priority; drawn steps demote it first.

    A step is a decision with at least two tasks to choose from.
    The i-th change point demotes to level i, whatever the order of the steps: sorting them would
    let no task come back after a demotion, and hide every bug of the shape A, B, A.
    """

    __slots__ = ("_change_points", "_choices", "_depth", "_priorities", "_ranking", "_step")

    def __init__(self, choices: Choices, depth: int, expected_steps: int) -> None:
        """Look for bugs of `depth`, 1 or more, in runs of about `expected_steps` points.

        Too small a number hides what happens late.
        The decisions of a run in the default order are too few: its last task runs undisturbed.
        """
        assert depth >= 1, "a bug has a depth of 1 or more"
        assert expected_steps >= 1, "a run has a step"
        self._choices = choices
        self._depth = depth
        self._change_points = tuple(1 + choices.below(expected_steps) for _ in range(depth - 1))
        self._step = 0
        self._ranking: list[Task] = []
        """All tasks met so far by their initial priority, lowest first."""
        self._priorities: dict[Task, int] = {}

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Choose the highest priority, after the demotions that are due."""
        del announcer, stays  # priorities alone decide
        for task in eligible:
            if task not in self._priorities:
                self._rank(task)
        priority_of = self._priorities.__getitem__
        best = max(eligible, key=priority_of)
        if len(eligible) > 1:
            self._step += 1
            if self._step in self._change_points:
                for level, step in enumerate(self._change_points, start=1):
                    if step == self._step:
                        self._priorities[best] = level
                        best = max(eligible, key=priority_of)
        return best

    def _rank(self, newcomer: Task) -> None:
        """Give a task a drawn rank among all; levels below `depth` are kept for demotions."""
        rank = self._choices.below(len(self._ranking) + 1)
        self._ranking.insert(rank, newcomer)
        self._priorities[newcomer] = self._depth
        for above, task in enumerate(self._ranking):
            if self._priorities[task] >= self._depth:
                self._priorities[task] = self._depth + above
