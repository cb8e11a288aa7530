"""Moments of a run, and where they are once operations are gone.

Visits are counted for each task and point, so an operation that is cut takes its visits along, and
the later visits of its task move down.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fuzz.program.execute import OPERATION
from fuzz.values.anchor import Anchor
from fuzz.values.point import END

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from fuzz.program.case import Case
    from fuzz.world.event import Event


def visits_by_operation(trace: Sequence[Event], task: str) -> list[dict[str, int]]:
    """Count how often each operation of a task passed each point; the first entry is its start."""
    counts: list[dict[str, int]] = [{}]
    for who, point, _, _ in trace:
        if who.name == task:
            if point is OPERATION:
                counts.append({})
            counts[-1][point.name] = counts[-1].get(point.name, 0) + 1
    return counts


def after_cut(at: Anchor, counts: Sequence[dict[str, int]], gone: Collection[int]) -> Anchor | None:
    """Return where a moment is once the operations `gone` are cut; None when it went with them."""
    number = _operation_of(at, counts)
    if number in gone:
        return None
    before = counts if number is None else counts[: number + 1]
    cut = sum(visits.get(at.point, 0) for n, visits in enumerate(before, -1) if n in gone)
    return replace(at, visit=at.visit - cut)


def between_operations(
    at: Anchor, counts: Sequence[dict[str, int]], gone: Collection[int]
) -> Anchor | None:
    """Return the same; but of a moment that went, where the next operation is that stays."""
    number = _operation_of(at, counts)
    if number not in gone:
        return after_cut(at, counts, gone)
    operations = range(len(counts) - 1)
    if all(n in gone for n in operations[number:]):
        return Anchor(at.task, END.name, 1)
    kept = sum(n not in gone for n in operations[:number])
    return Anchor(at.task, OPERATION.name, kept + 1)


def _operation_of(at: Anchor, counts: Sequence[dict[str, int]]) -> int | None:
    """Return in which operation a moment is, -1 for before the first; None if it never came."""
    passed = 0
    for number, visits in enumerate(counts, -1):
        passed += visits.get(at.point, 0)
        if at.visit <= passed:
            return number
    return None


def reanchored(case: Case, move: Callable[[Anchor], Anchor | None]) -> Case:
    """Return the case with all anchors moved; those moved to None, or onto another, are dropped."""
    faults = {move(fault.at): fault for fault in case.faults}
    switches = {move(switch.at): switch for switch in case.switches}
    return replace(
        case,
        faults=tuple(replace(fault, at=at) for at, fault in faults.items() if at),
        switches=tuple(replace(switch, at=at) for at, switch in switches.items() if at),
    )


def neighbours(trace: Sequence[Event], at: Anchor, distance: int) -> Iterator[Anchor]:
    """Yield the moments of the same task around `at`, nearest first, up to a distance."""
    moments = [
        Anchor(at.task, point.name, visit)
        for task, point, visit, _ in trace
        if task.name == at.task
    ]
    middle = moments.index(at) if at in moments else len(moments)
    for step in range(1, distance + 1):
        for place in (middle - step, middle + step):
            if 0 <= place < len(moments):
                yield moments[place]
