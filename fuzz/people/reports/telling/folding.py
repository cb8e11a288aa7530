"""Folding of timelines: calls that only lead to calls share a line, repetitions are counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from fuzz.people.reports.telling.row import Row, Worth

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEADS_TO: Final = " > "


ENDS: Final = (1, 2)
"""How many calls at the beginning and at the end of a shortened chain are shown."""


def folded(rows: Sequence[Row], chosen: Iterable[int], *, shorten: bool = False) -> list[Row]:
    """Return the chosen rows, folded; a chosen row's parent is chosen too.

    When it says `shorten`, the middle of a long chain of calls is left out.
    """
    order = sorted(chosen)
    children = Counter(rows[index].parent for index in order)
    depths: dict[int, int] = {}
    shown: list[Row] = []
    last = -1
    for index in order:
        row, parent = rows[index], rows[index].parent
        if parent >= 0 and parent == last and row.worth is Worth.CALL and children[parent] == 1:
            depths[index] = depths[parent]
            shown[-1] = replace(shown[-1], text=shown[-1].text + LEADS_TO + row.text)
        else:
            depths[index] = depths[parent] + 1 if parent >= 0 else row.depth
            shown.append(replace(row, depth=depths[index]))
        last = index
    if shorten:
        shown = [replace(row, text=_shortened(row.text)) for row in shown]
    return _counted(shown)


def _shortened(text: str) -> str:
    calls = text.split(LEADS_TO)
    first, last = ENDS
    if len(calls) <= first + last + 1:
        return text
    return LEADS_TO.join([*calls[:first], "...", *calls[-last:]])


def _counted(rows: Iterable[Row]) -> list[Row]:
    """Say once, with a number, what a task did several times on end."""
    counted: list[Row] = []
    for same, group in groupby(rows, key=lambda row: (row.task, row.depth, row.text, row.mark)):
        row, *more = group
        text = f"{same[2]} (x{len(more) + 1})" if more else row.text
        counted.append(replace(row, text=text))
    return counted
