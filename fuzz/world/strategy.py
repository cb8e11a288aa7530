"""The two questions that a world asks while it runs: who goes on, and does this fail?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.values.point import Point
    from fuzz.world.event import Event
    from fuzz.world.task import Task


class Strategy(Protocol):
    """Chooses the next task; every other part of a run is a function of its answers."""

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Choose one of `eligible` (never empty, sorted by task number).

        `announcer` is the task that announced last: its `pending` visit anchors the choice.
        `stays` says whether it could go on itself (it is then one of `eligible`);
        otherwise it has blocked or ended.
        """
        ...


@runtime_checkable
class ReadsTrace(Protocol):
    """A strategy that looks back: it is not asked where only one task may go on."""

    def read(self, trace: Sequence[Event]) -> None:
        """Take the trace of the run, to which each event is added just before its access."""
        ...


def shown_the_trace(strategy: Strategy, trace: Sequence[Event]) -> Strategy:
    """Return the strategy; one that looks back has been given the trace."""
    if isinstance(strategy, ReadsTrace):
        strategy.read(trace)
    return strategy


class FaultPlan(Protocol):
    """Decides which fault points fail."""

    def decide(
        self, task: Task, point: Point, visit: int, size: int, *, exempt: bool
    ) -> str | None:
        """Return one of `point.faults`, or None when nothing goes wrong.

        `size` is what the request weighs in the facility's own unit (pages, bytes).
        `exempt` says that the request's own properties keep drawn faults away from it;
        a fault that the case names is obeyed all the same.
        """
        ...


def default_choice(eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
    """Run on until blocked, then the lowest task number."""
    return announcer if stays else eligible[0]


class DefaultOrder:
    """The default order, without a forced switch."""

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Follow the default order."""
        return default_choice(eligible, announcer, stays=stays)
