"""Cuts of an operation that need another interleaving: the schedule is repaired after the cut."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from fuzz.search.shrink.cuts import Part, atoms_of, cut
from fuzz.search.shrink.meetings import meetings
from fuzz.search.shrink.moments import neighbours
from fuzz.search.shrink.schedules import redrawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts
    from fuzz.search.shrink.cuts import Atom
    from fuzz.values.anchor import Anchor
    from fuzz.world.event import Event

DISTANCE: Final = 1
"""How many points of its task a switch is moved."""

ELSEWHERE_MAX: Final = 3
"""Places where tasks meet to which a switch is moved."""

DRAWN: Final = 2
"""Schedules drawn for each cut, one of each strategy."""

MOVED_MAX: Final = 3
"""Ways to move a switch that are tried with each cut."""


def cut_and_repair(attempts: Attempts) -> None:
    """Cut any one operation and move a switch, or draw the schedule anew, until nothing helps."""
    while any(attempts.any_of(_repaired(attempts, atom)) for atom in _operations(attempts.case)):
        pass


def _operations(case: Case) -> list[Atom]:
    return [atom for atom in reversed(atoms_of(case)) if atom.part is Part.OPERATION]


def _repaired(attempts: Attempts, atom: Atom) -> Iterator[Case]:
    case, trace = attempts.case, attempts.outcome.trace
    for moved in islice(with_a_switch_moved(case, trace, DISTANCE), MOVED_MAX):
        yield next(cut(moved, trace, [atom]))
    less = next(cut(case, trace, [atom]))
    yield from islice(_with_a_switch_elsewhere(case, less, trace), ELSEWHERE_MAX)
    if len({task.name for task, _, _, _ in trace}) > 1:
        yield from redrawn(less, DRAWN)


def _with_a_switch_elsewhere(case: Case, less: Case, trace: list[Event]) -> Iterator[Case]:
    """Yield the smaller case with a switch of the other one anywhere in its task, nearest first."""
    moments = {(task.name, point.name, visit): n for n, (task, point, visit, _) in enumerate(trace)}

    def moment(at: Anchor) -> int:
        return moments.get((at.task, at.point, at.visit), len(trace))

    places = meetings(trace)
    for switch in case.switches:
        others = tuple(one for one in less.switches if one != switch)
        here = moment(switch.at)
        own = [at for at in places if at.task == switch.at.task]
        for at in sorted(own, key=lambda at: abs(moment(at) - here)):
            yield replace(less, switches=(*others, replace(switch, at=at)))


def with_a_switch_moved(case: Case, trace: list[Event], distance: int) -> Iterator[Case]:
    """Yield the case with one switch at another visit of its task, up to `distance` points away."""
    for number, switch in enumerate(case.switches):
        for at in neighbours(trace, switch.at, distance):
            moved = replace(switch, at=at)
            yield replace(
                case, switches=(*case.switches[:number], moved, *case.switches[number + 1 :])
            )
