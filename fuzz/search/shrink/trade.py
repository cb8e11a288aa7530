"""A fault for an operation or a task: what they bring about, a failure elsewhere may bring about.

Which of them a search has found is chance. Tasks and operations are dearer, so the fault is taken.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, permutations
from typing import TYPE_CHECKING, Final

from fuzz.search.shrink.cuts import Part, atoms_of, cut
from fuzz.search.shrink.edits import with_programs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts

OPERATIONS_MAX: Final = 3
"""A longer case passes too many points that can fail."""
PLACES_MAX: Final = 6
"""Visits at which a fault is tried for an operation, or for a task."""
TWO: Final = 2
"""Tasks of which one is enough with a fault."""


def trade_for_a_fault(attempts: Attempts) -> None:
    """Cut any one operation, or all switches and tasks but one, and let something fail."""
    while attempts.case.size <= OPERATIONS_MAX and (
        attempts.any_of(_traded(attempts)) or attempts.any_of(_alone(attempts))
    ):
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


def _alone(attempts: Attempts) -> Iterator[Case]:
    """Yield the case with one task that does what two do, and a fault for what the switch did."""
    case = attempts.case
    if len(case.programs) == TWO and case.switches and not case.faults:
        for one, two in permutations(case.programs):
            single = replace(case, programs=(one,), switches=())
            single = with_programs(single, {one.name: one.operations + two.operations})
            for fault in attempts.places_of(single)[:PLACES_MAX]:
                yield replace(single, faults=(fault,))
