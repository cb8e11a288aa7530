"""Switches to another task: which of several workers takes something up may not matter.

An operation that is cut may have called the first of them, so that the switch is to the next one.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from fuzz.search.shrink.cuts import Part, atoms_of, cut
from fuzz.search.shrink.meetings import BOUNDARIES, meetings
from fuzz.values.anchor import Switch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts

SWITCHES_MAX: Final = 2
"""More are seldom left, and cost too many runs."""
PLACES_MAX: Final = 40
"""Other places and aims that are tried for one switch."""


def aim_elsewhere(attempts: Attempts) -> None:
    """Let any switch be to another task, with an operation less or at another place."""
    while 0 < len(attempts.case.switches) <= SWITCHES_MAX and (
        attempts.any_of(_cut_and_aimed(attempts)) or attempts.any_of(_moved_and_aimed(attempts))
    ):
        pass


def _cut_and_aimed(attempts: Attempts) -> Iterator[Case]:
    case, trace = attempts.case, attempts.outcome.trace
    for atom in atoms_of(case):
        if atom.part is Part.OPERATION:
            for number, switch in enumerate(case.switches):
                for name in _tasks(attempts):
                    if name not in (switch.to, switch.at.task):
                        aimed = _with_switch(case, number, replace(switch, to=name))
                        yield next(cut(aimed, trace, [atom]))


def _moved_and_aimed(attempts: Attempts) -> Iterator[Case]:
    """Yield the case with a switch in another task between operations, or later to another task."""
    case = attempts.case
    for number, switch in enumerate(case.switches):
        yield from islice(
            (_with_switch(case, number, other) for other in _others(attempts, switch)), PLACES_MAX
        )


def _others(attempts: Attempts, switch: Switch) -> Iterator[Switch]:
    places = meetings(attempts.outcome.trace)
    here = places.index(switch.at) if switch.at in places else len(places)
    names = {point.name for point in BOUNDARIES}
    between = [at for at in places if at.point in names]
    inside = switch.at.point not in names
    later = [at for at in reversed(places[here:]) if at.point not in names]
    for at in (*reversed(between), *(later if inside else ())):
        for name in _tasks(attempts):
            if name != at.task and (at.task, name) != (switch.at.task, switch.to):
                yield Switch(at, name)


def _tasks(attempts: Attempts) -> list[str]:
    return list(dict.fromkeys(task.name for task, _, _, _ in attempts.outcome.trace))


def _with_switch(case: Case, number: int, switch: Switch) -> Case:
    return replace(case, switches=(*case.switches[:number], switch, *case.switches[number + 1 :]))
