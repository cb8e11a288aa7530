"""Two operations in two tasks: what came about in a long way may be a race of two.

An operation before them may only have made the window wider, or may have led to it in a way that
no longer matters; with another schedule, all but two can go at once.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from fuzz.program.case import Program
from fuzz.search.shrink.schedules import redrawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts

OPERATIONS: Final = range(3, 7)
"""Of a longer case, there are too many pairs."""
DRAWN: Final = 4
"""Schedules drawn for each pair."""


def keep_two(attempts: Attempts) -> None:
    """Keep any two operations of a case of several tasks, each in a task, under other schedules."""
    attempts.any_of(_pairs(attempts.case))


def _pairs(case: Case) -> Iterator[Case]:
    busy = [program for program in case.programs if program.operations]
    if len(busy) > 1 and case.size in OPERATIONS:
        operations = [one for program in busy for one in program.operations]
        for one, two in combinations(operations, 2):
            programs = (Program(busy[0].name, (one,)), Program(busy[1].name, (two,)))
            yield from redrawn(replace(case, programs=programs, faults=()), DRAWN)
