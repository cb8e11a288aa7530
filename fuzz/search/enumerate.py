"""Enumeration: every single fault and every single switch of a run, in order, then near pairs.

Faults are walked in the manner of the kernel's fail-nth: the n-th request of the run fails, for
n = 1, 2, 3, until the run has none left.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.search.disturb import with_switch
from fuzz.search.generate import one_a_moment
from fuzz.values.anchor import Fault, Switch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.search.recall import Passage, Race
    from fuzz.values.point import Point

NEAR: Final = 4
"""Requests after the first one that a pair of faults may join, races likewise."""


def single_faults(target: Target, case: Case, passage: Passage) -> Iterator[Case]:
    """Yield the case with one more fault, at each request in the order of the run."""
    points = _points(target)
    for at in passage.failing:
        for outcome in points[at.point].faults:
            yield _failing(case, passage, (Fault(at, outcome),))


def pairs_of_faults(target: Target, case: Case, passage: Passage) -> Iterator[Case]:
    """Yield the case with two more faults that are close to each other in the run."""
    points = _points(target)
    failing = passage.failing
    for index, first in enumerate(failing):
        for second in failing[index + 1 : index + 1 + NEAR]:
            for one in points[first.point].faults:
                for other in points[second.point].faults:
                    yield _failing(case, passage, (Fault(first, one), Fault(second, other)))


def single_switches(case: Case, passage: Passage) -> Iterator[Case]:
    """Yield the case with one switch to each task that races, at each visit where it does."""
    for race in _races(passage):
        yield _switching(case, passage, (race,))


def pairs_of_switches(case: Case, passage: Passage) -> Iterator[Case]:
    """Yield the case with two switches, at races that follow each other."""
    races = _races(passage)
    for index, first in enumerate(races):
        for second in races[index + 1 : index + 1 + NEAR]:
            if second.at != first.at:
                yield _switching(case, passage, (first, second))


def _points(target: Target) -> Mapping[str, Point]:
    return {point.name: point for point in target.fault_points}


def _races(passage: Passage) -> Sequence[Race]:
    """Return the races in the order of the run; of several at one visit, one for each task."""
    known = {(race.at, race.to): race for races in passage.races for race in races}
    order = {at: number for number, at in enumerate(passage.visits)}
    return sorted(known.values(), key=lambda race: (order[race.at], race.to))


def _failing(case: Case, passage: Passage, faults: tuple[Fault, ...]) -> Case:
    """Add faults to what the run did; the rest of it may go another way after them."""
    return replace(
        case,
        faults=one_a_moment((*faults, *passage.faults)),
        switches=passage.switches,
        schedule=None,
    )


def _switching(case: Case, passage: Passage, races: tuple[Race, ...]) -> Case:
    switches = passage.switches
    for race in races:
        switches = with_switch(switches, Switch(race.at, race.to))
    return replace(case, faults=passage.faults, switches=switches, schedule=None)
