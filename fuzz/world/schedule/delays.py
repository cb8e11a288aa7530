"""Delay bounding (Emmi, Qadeer, Rakamaric: POPL 2011), sampled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.values.choices import Choices
    from fuzz.world.task import Task


class Delays:
    """Runs tasks in turn, each until it blocks; at a few drawn steps the next one gets its turn.

    A step is a decision with at least two tasks to choose from.
    Runs with up to d delays are about k ** d of k steps, however many tasks there are; one run is
    one of them, drawn uniformly.
    """

    __slots__ = ("_delays", "_last", "_step")

    def __init__(self, choices: Choices, delays: int, expected_steps: int) -> None:
        """Delay `delays` times, 0 or more, in runs of about `expected_steps` steps.

        Two delays may be drawn for the same step: that skips two tasks.
        """
        assert delays >= 0, "a number of delays is not negative"
        assert expected_steps >= 1, "a run has a step"
        self._delays = tuple(1 + choices.below(expected_steps) for _ in range(delays))
        self._step = 0
        self._last = -1
        """The number of the task whose turn it is."""

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Choose whose turn it is, after the delays that are due."""
        del announcer, stays  # turns alone decide
        skipped = 0
        if len(eligible) > 1:
            self._step += 1
            skipped = self._delays.count(self._step)
        whose_turn = next(
            (number for number, task in enumerate(eligible) if task.number >= self._last), 0
        )
        chosen = eligible[(whose_turn + skipped) % len(eligible)]
        self._last = chosen.number
        return chosen
