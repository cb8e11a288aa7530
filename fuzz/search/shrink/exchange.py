"""Two tasks exchange what they have left to do, where a switch stands between operations.

The run stays the same and the switch is gone: instead of letting the other task go on, the first
one does the other's work.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.program.execute import OPERATION
from fuzz.search.shrink.edits import with_programs
from fuzz.search.shrink.moments import reanchored, visits_by_operation
from fuzz.values.point import BEGIN, END

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts
    from fuzz.values.anchor import Anchor, Switch
    from fuzz.world.event import Event

BETWEEN: Final = (BEGIN, OPERATION, END)
"""What a task is about to pass when it is between operations."""


def exchange_work(attempts: Attempts) -> None:
    """Exchange work at any switch, until no switch goes by it."""
    while attempts.any_of(_exchanged(attempts.case, attempts.outcome.trace)):
        pass


def _exchanged(case: Case, trace: Sequence[Event]) -> Iterator[Case]:
    names = [program.name for program in case.programs]
    for number, switch in enumerate(case.switches):
        if switch.at.task in names and switch.to in names:
            moment = _announced(trace, switch)
            one = _operations_done(trace, moment, switch.at.task)
            two = _operations_done(trace, moment, switch.to)
            if one is not None and two is not None:
                yield _exchange_at(case, trace, number, (one, two))


def _announced(trace: Sequence[Event], switch: Switch) -> int:
    """Return how many events had passed when the moment of a switch was announced."""
    moment = 0
    for place, (task, point, visit, _) in enumerate(trace):
        if task.name == switch.at.task:
            if (point.name, visit) == (switch.at.point, switch.at.visit):
                break
            moment = place + 1
    return moment


def _operations_done(trace: Sequence[Event], moment: int, task: str) -> int | None:
    """Count the operations that a task has behind it; None when it is in the middle of one.

    An operation that has only begun has done nothing yet.
    """
    behind = [point for who, point, _, _ in trace[:moment] if who.name == task]
    ahead = next((point for who, point, _, _ in trace[moment:] if who.name == task), None)
    begun = behind.count(OPERATION)
    if behind and behind[-1] is OPERATION:
        return begun - 1
    return begun if ahead in BETWEEN else None


def _exchange_at(case: Case, trace: Sequence[Event], number: int, done: tuple[int, int]) -> Case:
    """Exchange work at a switch: anchors move along with it, later switches change their aim."""
    one, two = case.switches[number].at.task, case.switches[number].to
    other = {one: two, two: one}
    before = {one: _visits(trace, one, done[0]), two: _visits(trace, two, done[1])}

    def move(at: Anchor) -> Anchor:
        mine = before.get(at.task, {}).get(at.point, 0)
        if at.task not in other or at.visit <= mine:
            return at
        theirs = before[other[at.task]].get(at.point, 0)
        return replace(at, task=other[at.task], visit=at.visit - mine + theirs)

    later = case.switches[number + 1 :]
    aimed = tuple(replace(switch, to=other.get(switch.to, switch.to)) for switch in later)
    moved = reanchored(replace(case, switches=case.switches[:number] + aimed), move)
    operations = {program.name: program.operations for program in case.programs}
    return with_programs(
        moved,
        {
            one: operations[one][: done[0]] + operations[two][done[1] :],
            two: operations[two][: done[1]] + operations[one][done[0] :],
        },
    )


def _visits(trace: Sequence[Event], task: str, operations: int) -> dict[str, int]:
    """Count the visits of a task before its operation of that number."""
    total: dict[str, int] = {}
    for visits in visits_by_operation(trace, task)[: operations + 1]:
        for point, count in visits.items():
            total[point] = total.get(point, 0) + count
    return total
