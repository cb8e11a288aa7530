"""Histories of an array of registers: does some linearization explain what was read?

A register is read, written, and nothing else (a block of a disk, or a sector of it).
Each operation took effect at one moment between its call and its return (Herlihy and Wing, 1990);
registers are judged one by one, which is exact because linearizability is local.
What writes or reads several registers at once is one call for each: nobody promised more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from fuzz.sanitize.linearize import Linearizer

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

V = TypeVar("V", bound="Hashable")


@dataclass(frozen=True, slots=True)
class Call(Generic[V]):
    """One operation on one register; times are steps of the run."""

    register: int
    value: V
    """What was written, or what was read."""
    is_write: bool
    called: int
    returned: int | None
    """None for a write that may have happened, or not, at any time after its call: it crashed, or
    was refused when part of it was done."""
    task: str


@dataclass(frozen=True, slots=True)
class Impossible(Generic[V]):
    """A read that no linearization explains, and why."""

    read: Call[V]
    because: tuple[Call[V], ...]
    """The calls that rule it out, in the order of their calls: without any of them it could be."""


class Registers(Generic[V]):
    """The history of an array of registers that all begin with one value."""

    def __init__(self, initial: V) -> None:
        """Start with no operation."""
        self._initial = initial
        self._calls: dict[int, list[Call[V]]] = {}

    def add(self, call: Call[V]) -> None:
        """Add an operation; one that failed without effect, or a read that failed, is not added."""
        if call.returned is None:
            assert call.is_write, "a read that never returned saw nothing"
        else:
            assert call.called <= call.returned, "an operation returns after it was called"
        self._calls.setdefault(call.register, []).append(call)

    def impossible(self) -> Iterator[Impossible[V]]:
        """Yield the first read of each register that no linearization explains."""
        for calls in self._calls.values():
            number = Linearizer(self._initial, calls).first_impossible()
            if number is not None:
                yield self._explained(calls[number], calls)

    def _explained(self, read: Call[V], calls: list[Call[V]]) -> Impossible[V]:
        """Leave out of a history what does not matter to an impossible read, in ever finer parts.

        Writes of the value that was read stay: without them it is impossible for another reason.
        """
        assert read.returned is not None, "a read that never returned saw nothing"
        before = [c for c in calls if c is not read and c.called <= read.returned]
        source = [c for c in before if c.is_write and c.value == read.value]
        others = [c for c in before if c not in source]
        size = len(others)
        while size:
            start = 0
            while start < len(others):
                fewer = others[:start] + others[start + size :]
                if self._rule_out(read, source + fewer):
                    others = fewer
                else:
                    start += size
            size //= 2
        because = sorted(source + others, key=lambda call: call.called)
        return Impossible(read, tuple(because))

    def _rule_out(self, read: Call[V], calls: list[Call[V]]) -> bool:
        """Whether a read is the first impossible one after no more than these calls."""
        number = Linearizer(self._initial, [*calls, read]).first_impossible()
        return number == len(calls)
