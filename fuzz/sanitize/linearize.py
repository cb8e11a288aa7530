"""Just-in-time linearization of one register (Lowe 2016, *Testing for linearizability*).

The history is read in the order of time, with every configuration that the register may be in.
Nothing takes effect before something that returns needs it, so that configurations stay few.

A write that another one was placed after may have come just before that, unseen: from then on it
need not show. So a write is *owed* until any write is placed, then *free*, and gone once it showed.
A read never changes anything, so that it is explained as soon as the register holds its value.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from fuzz.sanitize.registers import Call

V = TypeVar("V", bound="Hashable")

CALLED: Final = 0
RETURNED: Final = 1
"""Of what happens in one step, calls come first: such operations overlap."""


class Configuration(NamedTuple):
    """What the register may be like; the sets are bits of operations that are under way."""

    value: int
    free: int
    """Writes that may yet take effect, and need not."""
    owed: int
    """Writes that have to take effect before they return."""
    seen: int
    """Reads that are explained."""

    def covers(self, other: Configuration) -> bool:
        """Whether whatever the other one allows, this one allows too."""
        return (
            self.value == other.value
            and not self.owed & ~other.owed
            and not (other.free | other.owed) & ~(self.free | self.owed)
            and not other.seen & ~self.seen
        )


class Linearizer(Generic[V]):
    """One register on its way through a history."""

    def __init__(self, initial: V, calls: Sequence[Call[V]]) -> None:
        """Begin with the initial value; `calls` are all there will be."""
        self._calls = calls
        self._values: dict[V, int] = {initial: 0}
        """A small number for each value: pages are long."""
        self._value_of = [self._values.setdefault(c.value, len(self._values)) for c in calls]
        self._reads_left = [0] * len(self._values)
        for call, value in zip(calls, self._value_of, strict=True):
            self._reads_left[value] += not call.is_write
        self._bits: dict[int, int] = {}
        """The bit of each operation under way, by its number."""
        self._spare: list[int] = []
        self._configurations: list[Configuration] = [Configuration(0, 0, 0, 0)]

    def first_impossible(self) -> int | None:
        """Return the number of the first read to return that nothing explains, if there is one."""
        for _, what, number in sorted(self._happenings()):
            if what == CALLED:
                self._called(number)
            elif self._calls[number].is_write:
                self._write_returned(number)
            elif not self._read_returned(number):
                return number
        return None

    def _happenings(self) -> Iterator[tuple[int, int, int]]:
        for number, call in enumerate(self._calls):
            yield call.called, CALLED, number
            if call.returned is not None:
                yield call.returned, RETURNED, number

    def _called(self, number: int) -> None:
        call, value = self._calls[number], self._value_of[number]
        unread = not self._reads_left[value]
        if call.returned is None and unread:
            return
        bit = self._bits[number] = self._spare.pop() if self._spare else 1 << len(self._bits)
        if not call.is_write:
            self._configurations = [
                c._replace(seen=c.seen | bit) if c.value == value else c
                for c in self._configurations
            ]
        elif call.returned is None:
            self._configurations = [c._replace(free=c.free | bit) for c in self._configurations]
        else:
            self._configurations = [c._replace(owed=c.owed | bit) for c in self._configurations]

    def _write_returned(self, number: int) -> None:
        bit = self._bits[number]
        after: list[Configuration] = []
        for c in self._configurations:
            if not c.owed & bit:
                after.append(c)
            if (c.owed | c.free) & bit:
                after += self._placed(c, number)
        self._forget(number, after)

    def _read_returned(self, number: int) -> bool:
        """Go on with the configurations that explain a read; False when there is none."""
        bit, value = self._bits[number], self._value_of[number]
        after: list[Configuration] = []
        for c in self._configurations:
            if c.seen & bit:
                after.append(c)
            elif (write := self._soonest(value, c.free | c.owed)) is not None:
                after += self._placed(c, write)
        self._forget(number, after)
        self._reads_left[value] -= 1
        if not self._reads_left[value]:
            self._forget_unread(value)
        return bool(self._configurations)

    def _placed(self, c: Configuration, number: int) -> Iterator[Configuration]:
        """Let a write take effect, after any of those that reads under way have yet to see."""
        value = self._value_of[number]
        others = (c.free | c.owed) & ~self._bits[number]
        waiting = self._waiting(c)
        seen = c.seen | waiting.pop(value, 0)
        shown = [
            ((0, 0), (self._bits[write], reads))
            for other, reads in waiting.items()
            if (write := self._soonest(other, others)) is not None
        ]
        for choice in product(*shown):
            gone = sum(write for write, _ in choice)
            yield Configuration(value, others & ~gone, 0, seen | sum(reads for _, reads in choice))

    def _waiting(self, c: Configuration) -> dict[int, int]:
        """Return the reads under way that are not explained yet, by the value that they return."""
        waiting: dict[int, int] = {}
        for number, bit in self._bits.items():
            if not self._calls[number].is_write and not c.seen & bit:
                value = self._value_of[number]
                waiting[value] = waiting.get(value, 0) | bit
        return waiting

    def _soonest(self, value: int, among: int) -> int | None:
        """Return, of the writes of a value, the one that returns first: the others stay useful."""
        same = [
            number
            for number, bit in self._bits.items()
            if bit & among and self._value_of[number] == value
        ]
        return min(same, key=self._deadline, default=None)

    def _deadline(self, number: int) -> tuple[bool, int]:
        returned = self._calls[number].returned
        return returned is None, returned or 0

    def _forget(self, number: int, configurations: list[Configuration]) -> None:
        """Go on with these, without an operation that is over."""
        bit = self._bits.pop(number)
        self._spare.append(bit)
        cleared = [
            Configuration(value, free & ~bit, owed & ~bit, seen & ~bit)
            for value, free, owed, seen in configurations
        ]
        self._configurations = _uncovered(cleared) if len(cleared) > 1 else cleared

    def _forget_unread(self, value: int) -> None:
        """Forget writes under way for ever of a value that nobody will read any more."""
        for number in [n for n in self._bits if self._value_of[n] == value]:
            if self._calls[number].returned is None:
                self._forget(number, self._configurations)


def _uncovered(configurations: Iterable[Configuration]) -> list[Configuration]:
    """Leave out whatever another configuration covers."""
    kept: list[Configuration] = []
    for c in dict.fromkeys(configurations):
        if not any(other.covers(c) for other in kept):
            kept = [other for other in kept if not c.covers(other)]
            kept.append(c)
    return kept
