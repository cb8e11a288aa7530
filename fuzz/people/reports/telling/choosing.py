"""Choosing: which rows of a timeline are shown where there is no room for all.

Operations, faults, switches and findings always are. Then, while there is room: what the model
tells, changes of what several tasks share, looks at it, and functions entered; of each of these
those nearest to the former first.
"""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from fuzz.people.reports.telling.row import FINDING, OPERATION, Worth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.people.reports.telling.row import Row

TOLD_EXTRA: Final = 60
"""Rows beyond the number wanted that may go to what is told, and the calls around it."""


def choose(rows: Sequence[Row], count: int) -> set[int]:
    """Choose rows by their worth, with the calls that they happened in.

    What the model tells is chosen by who wrote it, so it may go beyond `count`, the others may not.
    """
    chosen: set[int] = set()
    always = [index for index, row in enumerate(rows) if row.worth is Worth.ALWAYS]
    for index in always:
        chosen |= _with_calls(rows, index)
    others = [i for i, row in enumerate(rows) if Worth.ALWAYS < row.worth < Worth.NEVER]
    distances = _distances(rows)
    others.sort(key=lambda index: (rows[index].worth, distances[index], index))
    for index in others:
        more = _with_calls(rows, index) - chosen
        extra = TOLD_EXTRA if rows[index].worth is Worth.TOLD else 0
        if len(chosen) + len(more) <= count + extra:
            chosen |= more
    return chosen


SHORT_MAX: Final = 18
"""Rows of a story in short: what a reader takes in at a glance."""


def in_short(rows: Sequence[Row], title: str) -> list[Row]:
    """Return the few rows that tell the story of the finding with a title.

    They are marks, but not those of other findings, operations, and what is told before it near
    marks.
    """
    marked = [n for n, row in enumerate(rows) if row.mark and row.mark != FINDING]
    found = [n for n, row in enumerate(rows) if row.mark == FINDING and row.text == title]
    begun = [n for n, row in enumerate(rows) if row.text.startswith(OPERATION)]
    distances = _distances(rows)
    end = found[0] if found else len(rows)
    told = [n for n, row in enumerate(rows[:end]) if row.worth is Worth.TOLD]
    told.sort(key=lambda n: (distances[n], -n))
    chosen = dict.fromkeys((*found, *marked)[:SHORT_MAX])
    for n in (*begun, *told):
        if len(chosen) < SHORT_MAX:
            chosen[n] = None
    return [rows[n] for n in sorted(chosen)]


def _with_calls(rows: Sequence[Row], index: int) -> set[int]:
    found: set[int] = set()
    while index >= 0:
        found.add(index)
        index = rows[index].parent
    return found


def _distances(rows: Sequence[Row]) -> list[int]:
    """Say how far each row is from the nearest marked one, counted in rows that tell something."""
    places = list(accumulate(row.worth <= Worth.TOLD for row in rows))
    marks = [place for row, place in zip(rows, places, strict=True) if row.mark]
    distances: list[int] = []
    for place in places:
        nearest = bisect(marks, place)
        around = marks[max(0, nearest - 1) : nearest + 1]
        distances.append(min((abs(mark - place) for mark in around), default=0))
    return distances
