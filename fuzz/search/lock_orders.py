"""Orders of locks over all runs of a search: a cycle may close although no run has all of it.

What lockdep learns of one machine while it is up is learned here of one kernel over many runs.
A cycle is first tried in one run, of a case with the tasks of all that have a part of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, product
from typing import TYPE_CHECKING, Final

from fuzz.sanitize.locks.graph import LockGraph, cycle_text, kinds_of
from fuzz.sanitize.locks.promises import LOCK_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.program.case import Case, Program
    from fuzz.sanitize.locks.graph import Order, Witness
    from fuzz.values.anchor import Fault

NAMES: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What tasks of other cases are called when their own names are taken."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """A cycle that closes over several runs."""

    kinds: tuple[str, ...]
    """The kinds of locks, which are the place of a finding."""
    text: str
    """Who took what in which run, order by order."""
    cases: tuple[Case, ...]
    """What showed its orders, materialised, each case once."""

    @property
    def place(self) -> str:
        """The kinds as one word."""
        return "+".join(self.kinds)

    @property
    def signature(self) -> str:
        """What a finding of this cycle in one run would be called."""
        return f"{LOCK_ORDER.kind}-{self.place}"


class LockOrders:
    """The graph of all runs of one target and kernel so far."""

    def __init__(self) -> None:
        """Start before the first run."""
        self._graph = LockGraph()
        self._cases: dict[Order, Case] = {}

    def news(self, orders: Mapping[Order, Witness]) -> bool:
        """Whether a run has shown an order for the first time."""
        return not orders.keys() <= self._cases.keys()

    def learn(self, orders: Mapping[Order, Witness], case: Case) -> Iterator[Cycle]:
        """Add what a run of a case, materialised, has shown; yield the cycles that it closes."""
        for order, witness in orders.items():
            if order in self._cases:
                continue
            self._cases[order] = case
            if cycle := self._graph.add(order, witness):
                cases = tuple(dict.fromkeys(self._cases[part] for part in cycle))
                text = cycle_text(cycle, self._graph.witnesses)
                yield Cycle(kinds_of(cycle), text, cases)


def together(cases: tuple[Case, ...]) -> Iterator[Case]:
    """Yield cases with the tasks of all, under the settings of each; no switch of one is kept.

    Faults keep the tasks that they belong to.
    """
    programs: list[Program] = []
    faults: list[Fault] = []
    for case in cases:
        names = _free_names(case, {program.name for program in programs})
        programs += [replace(program, name=names[program.name]) for program in case.programs]
        faults += [
            replace(fault, at=replace(fault.at, task=names.get(fault.at.task, fault.at.task)))
            for fault in case.faults
        ]
    for case in cases:
        yield replace(case, programs=tuple(programs), faults=tuple(faults), switches=())


def _free_names(case: Case, taken: set[str]) -> dict[str, str]:
    """Name the tasks of a case so that they differ from those that there are."""
    names: dict[str, str] = {}
    for program in case.programs:
        numbered = (f"{name}{number}" for number, name in product(range(2, 10), NAMES))
        free = (name for name in chain((program.name, *NAMES), numbered) if name not in taken)
        names[program.name] = name = next(free)
        taken.add(name)
    return names
