"""Fewer tasks: the operations of one task are done by another, before, after or between its own."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.execute import OPERATION
from fuzz.search.shrink.edits import with_programs
from fuzz.search.shrink.moments import reanchored, visits_by_operation
from fuzz.search.shrink.schedules import redrawn
from fuzz.search.shrink.tasks import without_task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.program.case import Case, Program
    from fuzz.program.operation import Operation
    from fuzz.search.shrink.attempts import Attempts
    from fuzz.values.anchor import Anchor
    from fuzz.world.event import Event

DRAWN: Final = 3
"""Schedules drawn for a merger; there are many mergers."""


def merge_tasks(attempts: Attempts) -> None:
    """Merge any two tasks into one, until none can be merged."""
    while any(attempts.any_of(_merged(attempts, *pair)) for pair in _pairs(attempts.case)):
        pass


def _pairs(case: Case) -> Iterator[tuple[Program, Program]]:
    return combinations([program for program in case.programs if program.operations], 2)


def _merged(attempts: Attempts, one: Program, two: Program) -> Iterator[Case]:
    """Yield the case with both tasks as the first: anchors moved along, then schedules drawn."""
    case, trace = attempts.case, attempts.outcome.trace
    arrangements = (
        _appended(case, trace, one, two),
        _appended(case, trace, two, one),
        with_programs(without_task(case, two.name), {one.name: as_it_ran(trace, one, two)}),
    )
    yield from arrangements
    for arrangement in arrangements:
        yield from redrawn(arrangement, DRAWN)


def _appended(case: Case, trace: Sequence[Event], first: Program, second: Program) -> Case:
    """Let the first task go on with what the second one did; it keeps the first one's name."""
    passed: dict[str, int] = {}
    for visits in visits_by_operation(trace, first.name)[1:]:
        for point, count in visits.items():
            passed[point] = passed.get(point, 0) + count

    def move(at: Anchor) -> Anchor:
        if at.task != second.name:
            return at
        return replace(at, task=first.name, visit=at.visit + passed.get(at.point, 0))

    moved = reanchored(case, move)
    operations = first.operations + second.operations
    return with_programs(without_task(moved, second.name), {first.name: operations})


def as_it_ran(trace: Sequence[Event], *tasks: Program) -> tuple[Operation[Any], ...]:
    """List the operations of tasks in the order in which they began; some may never have."""
    programs = {program.name: program.operations for program in tasks}
    return tuple(
        programs[task.name][number]
        for task, point, _, number in trace
        if point is OPERATION and task.name in programs
    )
