"""Interleavings with fewer switches, which no cut of a switch leads to.

One switch in the right place often does what several do elsewhere, and another task that goes first
may save one. So places are searched: by drawing, by moving the switches that are left, and for a
single switch everywhere.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from fuzz.search.shrink.cuts import cut, switches_of
from fuzz.search.shrink.meetings import meetings
from fuzz.search.shrink.repair import with_a_switch_moved
from fuzz.search.shrink.schedules import redrawn
from fuzz.values.anchor import Switch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts
    from fuzz.world.event import Event

DISTANCE: Final = 4
"""How many points of its task a switch is moved."""

TRIES_MAX: Final = 24
"""Candidates of one kind: what has more points or switches gets smaller in other ways first."""
PLACES_MAX: Final = 16
"""Places at which a single switch is tried."""


MANY: Final = 3
"""So many switches are worth a search before all else is plain, which begins again after it."""


def thin_out_switches(attempts: Attempts) -> None:
    """Search other places for fewer switches, as long as there are many."""
    while len(attempts.case.switches) >= MANY and _improve(attempts, [attempts.case]):
        pass


def find_fewer_switches(attempts: Attempts) -> None:
    """Search other places for fewer switches, until none are found."""
    while len(attempts.case.switches) > 1 and _improve(
        attempts, [attempts.case, *_other_orders(attempts.case)]
    ):
        pass


def _improve(attempts: Attempts, orders: Sequence[Case]) -> bool:
    trace = attempts.outcome.trace
    ways = [
        *(redrawn(case) for case in orders),
        *(_one_less(case, trace) for case in orders),
        *(_only_one(case, trace) for case in orders),
        _one_of_them(attempts),
    ]
    return any(attempts.any_of(islice(way, TRIES_MAX)) for way in ways)


def _other_orders(case: Case) -> Iterator[Case]:
    """Yield the case with another task in front."""
    for number in range(1, len(case.programs)):
        first = case.programs[number]
        others = case.programs[:number] + case.programs[number + 1 :]
        yield replace(case, programs=(first, *others))


def _one_less(case: Case, trace: list[Event]) -> Iterator[Case]:
    """Yield the case without one switch and with another one moved, if need be."""
    for atom in switches_of(case):
        without = next(cut(case, trace, [atom]))
        yield without
        yield from with_a_switch_moved(without, trace, DISTANCE)


def _one_of_them(attempts: Attempts) -> Iterator[Case]:
    """Yield the case with a single one of its switches, from the last one on, to any task.

    With a single one, workers may be started that are not with all; they are tasks as well.
    """
    case = attempts.case
    for switch in reversed(case.switches):
        names = _tasks_in(attempts.outcome.trace)
        for name in names:
            if name not in (switch.at.task, switch.to):
                yield replace(case, switches=(replace(switch, to=name),))
                names += [new for new in _tasks_in(attempts.tried) if new not in names]


def _tasks_in(trace: list[Event]) -> list[str]:
    return list(dict.fromkeys(task.name for task, _, _, _ in trace))


def _only_one(case: Case, trace: list[Event]) -> Iterator[Case]:
    """Yield the case with a single switch where tasks meet, to any other task; spread evenly."""
    names = _tasks_in(trace)
    single = [Switch(at, name) for at in meetings(trace) for name in names if name != at.task]
    for switch in single[:: 1 + len(single) // PLACES_MAX]:
        yield replace(case, switches=(switch,))
