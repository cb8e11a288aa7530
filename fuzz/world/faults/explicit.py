"""Explicit faults: the failures that a case names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.values.anchor import Fault
    from fuzz.values.point import Point
    from fuzz.world.task import Task


class ExplicitFaults:
    """Fails exactly the visits that it was given, exempt or not.

    A fault whose outcome its point does not know is ignored.
    Of two faults at the same visit the first one counts.
    """

    __slots__ = ("_faults", "_numbers", "_obeyed")

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Plan `faults`."""
        self._faults = tuple(faults)
        self._obeyed = [False] * len(self._faults)
        self._numbers: dict[tuple[str, str, int], int] = {}
        for number, fault in enumerate(self._faults):
            at = fault.at
            self._numbers.setdefault((at.task, at.point, at.visit), number)

    @property
    def unreached(self) -> tuple[Fault, ...]:
        """The faults that never happened, in the order in which they were given."""
        return tuple(
            fault for fault, obeyed in zip(self._faults, self._obeyed, strict=True) if not obeyed
        )

    def decide(
        self, task: Task, point: Point, visit: int, size: int, *, exempt: bool
    ) -> str | None:
        """Return the outcome planned for this visit, if any."""
        del size, exempt  # what a case names is obeyed all the same
        number = self._numbers.get((task.name, point.name, visit))
        if number is None or self._faults[number].outcome not in point.faults:
            return None
        self._obeyed[number] = True
        return self._faults[number].outcome
