"""Random walk: every choice is drawn by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.values.choices import Choices
    from fuzz.world.task import Task


class RandomWalk:
    """Draws uniformly from the tasks that may run, without memory.

    It favours runs in which the tasks end together, and cuts long tasks late.
    """

    __slots__ = ("_choices", "_stickiness")

    def __init__(self, choices: Choices, *, stickiness: int = 0) -> None:
        """Draw from `choices`; in `stickiness` of 100 cases, let the running task go on instead."""
        assert 0 <= stickiness < 100, "a walk that only sticks is the default order"  # noqa: PLR2004
        self._choices = choices
        self._stickiness = stickiness

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Draw one of `eligible`."""
        if stays and self._stickiness and self._choices.percent(self._stickiness):
            return announcer
        return self._choices.one_of(eligible)
