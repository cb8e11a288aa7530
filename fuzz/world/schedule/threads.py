"""Threads: the order in which tasks would run as threads of an operating system, left alone.

Each CPU runs one thread until that waits or ends, as a timeslice outlasts any case by far.
CPUs run side by side, about equally fast: most steps take about the same time, some miss a cache,
and now and then an interrupt takes much longer.
So tasks advance in step, and what needs one of them to stand still for long is seldom met: what a
stress test is known for. The numbers are orders of magnitude, not measurements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.values.choices import Choices
    from fuzz.world.task import Cpu, Task

STEP: Final = 80
"""The least time of a step, in units of about a nanosecond."""
JITTER: Final = 40
MISS_PERCENT: Final = 5
MISS: Final = 400
"""What a step takes longer that misses a cache."""
INTERRUPT_PERMILLE: Final = 2
INTERRUPT: Final = 8000
BARRIER: Final = 1000
"""How far apart threads start that wait for each other: a good stress test lets them."""
WAKE: Final = 1500
"""The time from a wake-up until the thread runs."""


class Threads:
    """Runs the task that comes first on the clocks of all CPUs."""

    __slots__ = ("_choices", "_now", "_on", "_times")

    def __init__(self, choices: Choices) -> None:
        """Draw what each step takes."""
        self._choices = choices
        self._times: dict[Task, int] = {}
        """When each task passes the point that it announced."""
        self._on: dict[Cpu, Task] = {}
        """Whom each CPU runs."""
        self._now = 0

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Choose the one whose step is over first."""
        if announcer in self._times:
            self._times[announcer] += self._step()
        if stays:
            self._on[announcer.cpu] = announcer
        else:
            self._on.pop(announcer.cpu, None)
            self._times.pop(announcer, None)
        for task in eligible:
            if task not in self._times:
                delay = self._choices.below(BARRIER) if self._now == 0 else WAKE
                self._times[task] = self._now + delay
        running = [task for task in eligible if self._runs(task, eligible)]
        chosen = min(running, key=self._times.__getitem__)
        self._now = max(self._now, self._times[chosen])
        self._on[chosen.cpu] = chosen
        return chosen

    def _runs(self, task: Task, eligible: Sequence[Task]) -> bool:
        """Whether a task is the one of its CPU; an interrupt comes before all others there."""
        holder = self._on.get(task.cpu)
        return task.interrupt or holder is task or holder not in eligible

    def _step(self) -> int:
        time = STEP + self._choices.below(JITTER)
        if self._choices.percent(MISS_PERCENT):
            time += self._choices.below(MISS)
        if self._choices.below(1000) < INTERRUPT_PERMILLE:
            time += self._choices.below(INTERRUPT)
        return time
