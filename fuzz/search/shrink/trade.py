"""A fault for an operation: what an operation brings about, a failure elsewhere may bring about.

Which of the two a search has found is chance. Operations are dearer, so the fault is taken.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from fuzz.search.shrink.cuts import Part, atoms_of, cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts

OPERATIONS_MAX: Final = 3
"""A longer case passes too many points that can fail."""
PLACES_MAX: Final = 6
"""Visits at which a fault is tried for an operation."""


def trade_for_a_fault(attempts: Attempts) -> None:
    """Cut any one operation and let something fail, until nothing helps."""
    while attempts.case.size <= OPERATIONS_MAX and attempts.any_of(_traded(attempts)):
        pass


def _traded(attempts: Attempts) -> Iterator[Case]:
    case, trace = attempts.case, attempts.outcome.trace
    taken = [fault.at for fault in case.faults]
    places = attempts.places
    for atom in reversed(atoms_of(case)):
        if atom.part is Part.OPERATION:
            less = next(cut(case, trace, [atom]))
            free = (fault for fault in places if fault.at not in taken)
            for fault in islice(free, PLACES_MAX):
                yield replace(less, faults=(*less.faults, fault))
