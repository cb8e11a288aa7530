"""One order of what may come in several: operations that may change places, and tasks.

The text decides, so that it does not matter in which order a search has put them.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Final

from fuzz.search.shrink.edits import with_programs
from fuzz.search.shrink.meetings import meetings
from fuzz.search.shrink.names import renamed
from fuzz.values.anchor import Switch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case, Program
    from fuzz.search.shrink.attempts import Attempts

TASKS_MAX: Final = 3
"""All orders of more tasks are too many."""
PLACES_MAX: Final = 20
"""Places at which a single switch is looked for in another order."""


def order_operations(attempts: Attempts) -> None:
    """Exchange any two operations that follow each other, until none may change places."""
    while attempts.any_of(_exchanged(attempts.case)):
        pass


def _exchanged(case: Case) -> Iterator[Case]:
    for program in case.programs:
        done = program.operations
        for number in range(len(done) - 1):
            if str(done[number]) > str(done[number + 1]):
                other = (*done[:number], done[number + 1], done[number], *done[number + 2 :])
                yield with_programs(case, {program.name: other})


def order_tasks(attempts: Attempts) -> None:
    """Let another task go first, with the same switches, none, or a single one elsewhere."""
    while any(attempts.any_of(_reordered(attempts, order)) for order in _orders(attempts.case)):
        pass


def _orders(case: Case) -> list[tuple[Program, ...]]:
    if len(case.programs) > TASKS_MAX or len(case.switches) > 1:
        return []
    return list(permutations(case.programs))[1:]


def _reordered(attempts: Attempts, order: tuple[Program, ...]) -> Iterator[Case]:
    """Yield the case with its tasks in another order, and called after it."""
    case, trace = attempts.case, attempts.outcome.trace
    names = {one.name: old.name for one, old in zip(order, case.programs, strict=True)}
    other = renamed(replace(case, programs=order), names)
    yield replace(other, switches=())
    yield other
    if case.switches:
        places = [replace(at, task=names[at.task]) for at in meetings(trace) if at.task in names]
        for at in places[:PLACES_MAX]:
            for name in names.values():
                if name != at.task:
                    yield replace(other, switches=(Switch(at, name),))
