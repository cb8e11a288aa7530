"""A fault for an operation or a task: what they bring about, a failure elsewhere may bring about.

Which of them a search has found is chance. Tasks and operations are dearer, so the fault is taken.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from fuzz.program.case import Program
from fuzz.search.shrink.cuts import Part, atoms_of, cut
from fuzz.search.shrink.merging import as_it_ran

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts
    from fuzz.values.anchor import Fault
    from fuzz.world.event import Event

OPERATIONS_MAX: Final = 3
"""Of a longer case, no operation alone is traded: it passes too many points that can fail."""
PLACES_MAX: Final = 6
"""Visits at which a fault is tried for an operation, or for a task."""
LONG: Final = 4
"""Of more operations and switches than that, what is late in the run is likelier to matter."""
LATE_MAX: Final = 12
"""Visits from the end on at which a fault is tried for the other tasks of such a case."""


def trade_for_a_fault(attempts: Attempts) -> None:
    """Cut any one operation, or all switches and tasks but one, and let something fail."""
    while (
        attempts.case.size <= OPERATIONS_MAX and attempts.any_of(_traded(attempts))
    ) or attempts.any_of(_alone(attempts)):
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
    """Yield the case with one task that does what all do, and a fault for what the switches did."""
    case = attempts.case
    if len(case.programs) > 1 and case.switches and not case.faults:
        for program in dict.fromkeys(_in_one_task(case, attempts.outcome.trace)):
            alone = replace(case, programs=(program,), switches=())
            for fault in _likely(case, attempts.places_of(alone)):
                yield replace(alone, faults=(fault,))


def _in_one_task(case: Case, trace: list[Event]) -> Iterator[Program]:
    for order in (case.programs, case.programs[::-1]):
        done = tuple(operation for program in order for operation in program.operations)
        yield Program(order[0].name, done)
    if _is_long(case):
        yield Program(case.programs[0].name, as_it_ran(trace, *case.programs))


def _is_long(case: Case) -> bool:
    return case.size + len(case.switches) > LONG


def _likely(case: Case, places: list[Fault]) -> list[Fault]:
    return places[: -LATE_MAX - 1 : -1] if _is_long(case) else places[:PLACES_MAX]
