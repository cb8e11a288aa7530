"""The depth of a bug: how many faults and switches a case of it needs.

A switch is one deviation from the default order, in which a task runs on until it waits and then
the one with the lowest number comes: one constraint on the order of things.
Depth 0 is a bug of a program that runs just so.

The number is computed from known cases, and is an upper bound: another program may need less.
Of the program of a known case, 0 and 1 are exact as far as its races and requests go.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations
from typing import TYPE_CHECKING, Final

from fuzz.program.execute import execute
from fuzz.search.enumerate import (
    pairs_of_faults,
    pairs_of_switches,
    single_faults,
    single_switches,
)
from fuzz.search.recall import passage_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fuzz.people.bench.suspects import MeasuredTarget, Suspects
    from fuzz.program.case import Case
    from fuzz.values.anchor import Fault, Switch

SHALLOW: Final = 2
"""Up to here, every choice among the faults and switches of a case is tried."""


def depth_of(target: MeasuredTarget, suspects: Suspects, bug: str, case: Case) -> int:
    """Return how few faults and switches show a bug; `case`, materialised, does show it."""
    return _Depth(target, suspects, bug).of(case)


class _Depth:
    """Looks for smaller cases of one bug, with the same program."""

    def __init__(self, target: MeasuredTarget, suspects: Suspects, bug: str) -> None:
        self._target = target
        self._suspects = suspects
        self._bug = bug

    def of(self, case: Case) -> int:
        """Return the size of the smallest that is found."""
        atoms: list[Fault | Switch] = [*case.faults, *case.switches]
        for size in range(min(SHALLOW, len(atoms)) + 1):
            if any(self._shows(_with(case, some)) for some in combinations(atoms, size)):
                return self._redrawn(case, size)
        return self._redrawn(case, len(self._cut(case, atoms)))

    def _cut(self, case: Case, atoms: list[Fault | Switch]) -> list[Fault | Switch]:
        """Leave out what can be left out, one after another, until nothing can."""
        for atom in atoms:
            fewer = [other for other in atoms if other is not atom]
            if self._shows(_with(case, fewer)):
                return self._cut(case, fewer)
        return atoms

    def _redrawn(self, case: Case, size: int) -> int:
        """Return a smaller size if other single faults or switches, or near pairs, show the bug."""
        bare = _with(case, ())
        if size > 1 and any(map(self._shows, self._singles(bare))):
            return 1
        if size > SHALLOW and any(map(self._shows, self._pairs(bare))):
            return SHALLOW
        return size

    def _singles(self, bare: Case) -> Iterator[Case]:
        passage = passage_of(execute(self._target, bare))
        return chain(single_faults(self._target, bare, passage), single_switches(bare, passage))

    def _pairs(self, bare: Case) -> Iterator[Case]:
        passage = passage_of(execute(self._target, bare))
        return chain(pairs_of_faults(self._target, bare, passage), pairs_of_switches(bare, passage))

    def _shows(self, case: Case) -> bool:
        return self._suspects.shown(case, execute(self._target, case), self._bug)


def _with(case: Case, atoms: Iterable[Fault | Switch]) -> Case:
    """Return a case with these faults and switches only."""
    chosen = list(atoms)
    return replace(
        case,
        faults=tuple(atom for atom in case.faults if atom in chosen),
        switches=tuple(atom for atom in case.switches if atom in chosen),
    )
