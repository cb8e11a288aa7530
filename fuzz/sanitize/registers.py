"""Histories of an array of registers: does some linearization explain what was read?

A register is read, written, and nothing else (a block of a disk).
Each operation took effect at one moment between its call and its return (Herlihy and Wing, 1990);
registers are judged one by one, which is exact because linearizability is local.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Call(Generic[V]):
    """One finished operation on one register; times are steps of the run."""

    register: int
    value: V
    """What was written, or what was read."""
    is_write: bool
    called: int
    returned: int
    task: str


class Registers(Generic[V]):
    """The history of an array of registers that all begin with one value."""

    def __init__(self, initial: V) -> None:
        """Start with no operation."""
        self._initial = initial
        self._calls: dict[int, list[Call[V]]] = {}

    def add(self, call: Call[V]) -> None:
        """Add a finished operation; one that failed without effect is not added."""
        assert call.called <= call.returned, "an operation returns after it was called"
        self._calls.setdefault(call.register, []).append(call)

    def impossible(self) -> Iterator[Call[V]]:
        """Yield the first read of each register that no linearization explains."""
        for calls in self._calls.values():
            ordered = sorted(calls, key=lambda call: (call.returned, call.called))
            for count, call in enumerate(ordered, 1):
                if not call.is_write and not self._explained(self._known_by(call, ordered, count)):
                    yield call
                    break

    @staticmethod
    def _known_by(read: Call[V], ordered: list[Call[V]], count: int) -> list[Call[V]]:
        """Return what had finished when a read returned, and writes that were under way then."""
        under_way = [
            call for call in ordered[count:] if call.is_write and call.called <= read.returned
        ]
        return ordered[:count] + under_way

    def _explained(self, calls: list[Call[V]]) -> bool:
        """Search for an order that respects real time and lets each read see the write before it.

        A write under way need not have happened yet: the search ends when every read is placed.
        """
        everything = (1 << len(calls)) - 1
        reads = sum(1 << index for index, call in enumerate(calls) if not call.is_write)
        before = [
            sum(1 << other for other, o in enumerate(calls) if o.returned < call.called)
            for call in calls
        ]
        seen: dict[tuple[int, int], None] = {}
        stack: list[tuple[int, int]] = [(0, -1)]
        while stack:
            placed, last = state = stack.pop()
            if reads & ~placed == 0:
                return True
            if state in seen:
                continue
            seen[state] = None
            for index, call in enumerate(calls):
                bit = 1 << index
                if everything & bit & ~placed and before[index] & ~placed == 0:
                    if call.is_write:
                        stack.append((placed | bit, index))
                    elif self._value(calls, last) == call.value:
                        stack.append((placed | bit, last))
        return False

    def _value(self, calls: list[Call[V]], last: int) -> V:
        return self._initial if last < 0 else calls[last].value
