"""Replay: the switches that a case names, the default order elsewhere.

A switch is keyed by (task, point, visit), never by a step of the whole run, so it survives changes
of everything else in its case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.world.strategy import shown_the_trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fuzz.values.anchor import Switch
    from fuzz.world.event import Event
    from fuzz.world.strategy import Strategy
    from fuzz.world.task import Task


class Replay:
    """Obeys forced switches; what they leave open follows the default order, or another strategy.

    A switch to a task that may not run in that moment is ignored.
    Of two switches at the same visit the first one counts.
    """

    __slots__ = ("_after", "_obeyed", "_switches", "_then", "_visits_by_point", "decisions")

    def __init__(
        self, switches: Iterable[Switch], after: int = 0, then: Strategy | None = None
    ) -> None:
        """Obey `switches`; once `after` decisions are made, leave the unlisted ones to `then`."""
        self._switches = tuple(switches)
        self._after = after
        self._then = then
        self._obeyed = [False] * len(self._switches)
        self.decisions = 0
        """How often the world has asked."""
        self._visits_by_point: dict[str, dict[tuple[str, int], int]] = {}
        for number, switch in enumerate(self._switches):
            at = switch.at
            visits = self._visits_by_point.setdefault(at.point, {})
            visits.setdefault((at.task, at.visit), number)

    @property
    def unreached(self) -> tuple[Switch, ...]:
        """The switches that were never obeyed, in the order in which they were given."""
        return tuple(
            switch
            for switch, obeyed in zip(self._switches, self._obeyed, strict=True)
            if not obeyed
        )

    def read(self, trace: Sequence[Event]) -> None:
        """Show the trace to the other strategy, if that looks back."""
        if self._then is not None:
            shown_the_trace(self._then, trace)

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Choose the task that a switch names, else what the default order or `then` says."""
        self.decisions += 1
        visits = self._visits_by_point.get(announcer.pending.name)
        if visits is not None:
            forced = self._forced(visits, eligible, announcer)
            if forced is not None:
                return forced
        if self._then is not None and self.decisions > self._after:
            return self._then.pick(eligible, announcer, stays=stays)
        return announcer if stays else eligible[0]

    def _forced(
        self, visits: dict[tuple[str, int], int], eligible: Sequence[Task], announcer: Task
    ) -> Task | None:
        number = visits.get((announcer.name, announcer.visits[announcer.pending]))
        if number is None:
            return None
        name = self._switches[number].to
        for task in eligible:
            if task.name == name:
                self._obeyed[number] = True
                return task
        return None
