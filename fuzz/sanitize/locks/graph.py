"""The graph of lock order: which kind of lock was taken while which other was held.

A cycle means that tasks can block each other for ever, although none did [lockdep-design.rst].
It is one only if every task in it really waits for the next: a reader who may come again and again
does not wait for other readers.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple


class Order(NamedTuple):
    """That one kind of lock was taken while another was held."""

    first: str
    """The name of the kind that was held."""
    second: str
    """The name of the kind that was taken, or waited for."""
    shared: bool
    """Whether the first was held with others, so that only who wants it alone waits for it."""
    recursive: bool
    """Whether the second is granted to a reader while other readers hold it, whoever waits."""


class Witness(NamedTuple):
    """Who was seen to take two locks in an order."""

    task: str
    held_since: str
    """The function that took the first lock."""
    taken_in: str
    """The function that took the second."""


class LockGraph:
    """Orders that were seen, and what follows from them."""

    __slots__ = ("_numbers", "_orders", "_reach", "witnesses")

    def __init__(self) -> None:
        """Start with no order."""
        self.witnesses: dict[Order, Witness] = {}
        """Every order, in the order in which they were seen, with who was seen first."""
        self._numbers: dict[str, int] = {}
        self._reach: list[int] = []
        """For each kind, by number, a bit for each kind that was ever taken after it."""
        self._orders: dict[str, list[Order]] = {}

    def add(self, order: Order, witness: Witness) -> list[Order]:
        """Note an order that is new; return the shortest cycle that it closes, or nothing.

        The cycle begins with this order.
        """
        self.witnesses[order] = witness
        self._orders.setdefault(order.first, []).append(order)
        first, second = self._number(order.first), self._number(order.second)
        closes = self._reach[second] >> first & 1
        self._note_reach(first, self._reach[second] | 1 << second)
        return self._cycle(order) if closes else []

    def after(self, name: str) -> list[str]:
        """Return the kinds that were ever taken, at once or by and by, after this one."""
        reach = self._reach[self._number(name)]
        return [other for other, number in self._numbers.items() if reach >> number & 1]

    def _number(self, name: str) -> int:
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self._reach)
            self._reach.append(0)
        return number

    def _note_reach(self, first: int, more: int) -> None:
        reach = self._reach
        if reach[first] | more == reach[first]:
            return
        for number, known in enumerate(reach):
            if number == first or known >> first & 1:
                reach[number] = known | more

    def _cycle(self, closing: Order) -> list[Order]:
        """Search, breadth first, for a way back on which everybody really waits."""
        ways: deque[list[Order]] = deque([[closing]])
        seen = {(closing.second, closing.recursive)}
        while ways:
            way = ways.popleft()
            for order in self._orders.get(way[-1].second, ()):
                if not _waits(way[-1], order):
                    continue
                if order.second == closing.first and _waits(order, closing):
                    return [*way, order]
                state = (order.second, order.recursive)
                if state not in seen:
                    seen.add(state)
                    ways.append([*way, order])
        return []


def _waits(one: Order, other: Order) -> bool:
    """Whether who takes the second lock of `one` waits for who holds it as the first of `other`."""
    return not (one.recursive and other.shared)


def kinds_of(cycle: list[Order]) -> tuple[str, ...]:
    """Return the kinds of locks of a cycle, which are its identity, whichever order closed it."""
    names = [order.first for order in cycle]
    start = names.index(min(names))
    return (*names[start:], *names[:start])


def cycle_text(cycle: list[Order], witnesses: dict[Order, Witness]) -> str:
    """Say who took what while holding what, order by order."""
    return "; ".join(
        f"task {who.task} takes {order.second} in {who.taken_in} "
        f"while it holds {order.first}, taken in {who.held_since}"
        for order, who in ((order, witnesses[order]) for order in cycle)
    )
