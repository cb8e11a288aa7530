"""Plainer faults and switches: earlier visits, the first kind of failure, the place that matters.

A fault at `#1` says more to a reader than one at `#7`. A switch between two operations is no race
within one; where it has to come within one, the last moment at which it does what it does is right
before the access that must not come first. Both are the same wherever a search has put it before.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from fuzz.search.shrink.cost import BETWEEN
from fuzz.search.shrink.meetings import meetings
from fuzz.search.shrink.moments import reanchored
from fuzz.values.anchor import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts
    from fuzz.values.anchor import Fault, Switch

SWITCHES_MAX: Final = 12
"""More are not worth a good place: most of them will go."""
PLACES_MAX: Final = 12
"""Places of a switch that are tried, those that are nearest to where it is."""

POINTS_MAX: Final = 8
"""Other points that are tried for the faults."""
BEHIND_MAX: Final = 16
"""The same of those that are passed only if nothing fails before them."""


def simplify_faults(attempts: Attempts) -> None:
    """Simplify any fault, until none can be simplified."""
    while (
        attempts.any_of(_lowered(attempts.case))
        or attempts.any_of(_with_another_outcome(attempts))
        or attempts.any_of(islice(_at_another_point(attempts, attempts.places), POINTS_MAX))
        or attempts.any_of(islice(_behind_a_fault(attempts), BEHIND_MAX))
    ):
        pass


def _lowered(case: Case) -> Iterator[Case]:
    """Yield the case with one fault at an earlier visit."""
    for anchor in [fault.at for fault in case.faults]:
        for earlier in _earlier_visits(anchor):
            yield moved(case, anchor, earlier)


def _earlier_visits(at: Anchor) -> Iterator[Anchor]:
    for visit in dict.fromkeys((1, at.visit // 2, at.visit - 1)):
        if 0 < visit < at.visit:
            yield replace(at, visit=visit)


def moved(case: Case, old: Anchor, new: Anchor) -> Case:
    """Return the case with what happens at one moment at another one."""
    """Return the case with what happens at one moment at another one."""
    return reanchored(case, lambda at: new if at == old else at)


def _with_another_outcome(attempts: Attempts) -> Iterator[Case]:
    """Yield the case with one fault that fails in a way which its point names earlier."""
    case = attempts.case
    outcomes = {point.name: point.faults for point in attempts.target.fault_points}
    for number, fault in enumerate(case.faults):
        for outcome in outcomes[fault.at.point]:
            if outcome == fault.outcome:
                break
            changed = replace(fault, outcome=outcome)
            yield replace(case, faults=(*case.faults[:number], changed, *case.faults[number + 1 :]))


def _at_another_point(attempts: Attempts, places: list[Fault]) -> Iterator[Case]:
    """Yield the case with one fault at another point of its task that says less."""
    case = attempts.case
    taken = [fault.at for fault in case.faults]
    for number, fault in enumerate(case.faults):
        for other in sorted(places, key=lambda one: (len(str(one)), str(one))):
            shorter = (len(str(other)), str(other)) < (len(str(fault)), str(fault))
            if shorter and other.at.task == fault.at.task and other.at not in taken:
                yield replace(
                    case, faults=(*case.faults[:number], other, *case.faults[number + 1 :])
                )


def _behind_a_fault(attempts: Attempts) -> Iterator[Case]:
    """Yield the same for points that are passed only if nothing fails before them."""
    case = attempts.case
    for number in range(len(case.faults)):
        without = replace(case, faults=(*case.faults[:number], *case.faults[number + 1 :]))
        yield from _at_another_point(attempts, attempts.places_of(without))


def place_switches(attempts: Attempts) -> None:
    """Move each switch between operations, or as late as it may come, until none can be moved."""
    while len(attempts.case.switches) <= SWITCHES_MAX and any(
        attempts.any_of(_replaced(attempts, number))
        for number in range(len(attempts.case.switches))
    ):
        pass


def _replaced(attempts: Attempts, number: int) -> Iterator[Case]:
    """Yield the case with one switch elsewhere in its task, the best place first."""
    case, trace = attempts.case, attempts.outcome.trace
    switch = case.switches[number]
    places = [at for at in meetings(trace) if at.task == switch.at.task]
    moments = {
        Anchor(task.name, point.name, visit): n for n, (task, point, visit, _) in enumerate(trace)
    }
    here = moments.get(switch.at, len(trace))
    between = [at for at in places if at.point in BETWEEN]
    later = [at for at in places if at.point not in BETWEEN and moments[at] > here]
    if switch.at.point in BETWEEN:
        between = [at for at in between if moments[at] > here]
        later = []
    for at in (*_nearest(between, moments, here), *_nearest(later, moments, here)):
        if at != switch.at:
            yield _with_switch(case, number, replace(switch, at=at))
    for at in _earlier_visits(switch.at):
        yield _with_switch(case, number, replace(switch, at=at))


def _nearest(places: list[Anchor], moments: dict[Anchor, int], here: int) -> list[Anchor]:
    """Return a few of the places, from the last one on."""
    near = sorted(places, key=lambda at: abs(moments[at] - here))[:PLACES_MAX]
    return sorted(near, key=lambda at: -moments[at])


def _with_switch(case: Case, number: int, switch: Switch) -> Case:
    switches = (*case.switches[:number], switch, *case.switches[number + 1 :])
    return replace(case, switches=switches)
