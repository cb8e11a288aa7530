"""The virtual clock: time moves only when nothing else can."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """Timers ordered by due time, then by the order in which they were set. Unit: ticks."""

    __slots__ = ("_count", "_timers", "now")

    def __init__(self) -> None:
        """Start at tick 0 with no timer set."""
        self.now = 0
        self._count = 0
        self._timers: list[tuple[int, int, Callable[[], None]]] = []

    def call_after(self, ticks: int, action: Callable[[], None]) -> None:
        """Call `action` when the clock has moved on by `ticks`, 0 or more."""
        assert ticks >= 0, "a timer is not set in the past"
        self._count += 1
        heappush(self._timers, (self.now + ticks, self._count, action))

    def advance(self) -> bool:
        """Move to the next timer and call its action; False when no timer is set."""
        if not self._timers:
            return False
        self.now, _, action = heappop(self._timers)
        action()
        return True
