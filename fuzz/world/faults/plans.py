"""Several fault plans as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.values.point import Point
    from fuzz.world.faults.drawn import DrawnFaults
    from fuzz.world.strategy import FaultPlan
    from fuzz.world.task import Task


class Plans:
    """Asks the explicit plan first, then the drawn ones in order; the first failure counts."""

    __slots__ = ("_drawn", "_explicit")

    def __init__(self, explicit: FaultPlan, *drawn: DrawnFaults) -> None:
        """Combine what a case names with what is drawn."""
        self._explicit = explicit
        self._drawn = drawn

    def decide(
        self, task: Task, point: Point, visit: int, size: int, *, exempt: bool
    ) -> str | None:
        """Return the first plan's failure, if any.

        While a task counts down to its n-th request, nothing else is evaluated for it.
        """
        outcome = self._explicit.decide(task, point, visit, size, exempt=exempt)
        if outcome is not None:
            return outcome
        counting = [plan for plan in self._drawn if plan.counts_down(task)]
        for plan in counting or self._drawn:
            outcome = plan.decide(task, point, visit, size, exempt=exempt)
            if outcome is not None:
                return outcome
        return None
