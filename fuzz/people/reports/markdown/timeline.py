"""Timelines: the story of a run as plain text that survives a mail, one column a task.

Time goes down, calls go to the right, and no line is longer than 80 columns.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from fuzz.people.reports.markdown.rails import Rails
from fuzz.people.reports.telling.choosing import choose
from fuzz.people.reports.telling.folding import LEADS_TO, folded
from fuzz.people.reports.telling.row import FAULT, FINDING, LEGEND, SWITCH, Row, Worth
from fuzz.people.text import WIDTH, plain, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.people.reports.telling.timeline import Actor, Timeline

GUTTER: Final = 3
"""Columns for a mark (`!!` is the longest) and a space."""

COLUMNS_MAX: Final = 3
"""Four columns would leave 17 characters for each, less than many function names have."""

LINES_MAX: Final = 60
"""A timeline of about sixty lines, its legend included, is read to its end."""

ROWS_TRIED: Final = range(120, 20, -4)
"""How many rows are tried in turn until the lines, some of them wrapped, are few enough."""

SEPARATOR: Final = " | "
RULE: Final = "-+-"
HANGING: Final = 2
"""How far the rest of a wrapped line is indented; twice that after calls, as their insides are."""

LABEL_MAX: Final = 12
"""Columns for a task's name where all tasks share one column."""


def timeline_text(timeline: Timeline) -> str:
    """Draw what happened in a run, marking its switches, faults and findings."""
    lines: list[str] = []
    for shorten, count in product((False, True), ROWS_TRIED):
        rows = folded(timeline.rows, choose(timeline.rows, count), shorten=shorten)
        lines = _drawn(timeline, rows)
        if len(lines) <= LINES_MAX:
            break
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _drawn(timeline: Timeline, rows: Sequence[Row]) -> list[str]:
    shown = {row.task for row in rows}
    actors = [actor for actor in timeline.actors if actor.name in shown]
    rails = Rails(timeline.holds, rows)
    if not actors:
        lines = ["(nothing ran)", *(line for row in rows for line in _whole_line(row))]
    elif len(actors) <= COLUMNS_MAX:
        lines = list(_side_by_side(rows, actors, rails))
    else:
        lines = list(_interleaved(rows, actors, rails))
    marks = {row.mark for row in rows} | {SWITCH, FAULT, FINDING}
    legend = "   ".join(f"{mark} {meaning}" for mark, meaning in LEGEND if mark in marks)
    lines += ["", f"{legend}   ({timeline.steps} points passed)"]
    return lines + (wrapped(rails.legend, hanging=6) if rails.legend else [])


def _side_by_side(rows: Sequence[Row], actors: Sequence[Actor], rails: Rails) -> Iterator[str]:
    widths = _widths(rows, actors, rails)
    step = _indentation(rows, min(widths))
    heads = [plain(a.title)[:width].ljust(width) for a, width in zip(actors, widths, strict=True)]
    yield " " * GUTTER + SEPARATOR.join(heads)
    yield " " * GUTTER + RULE.join("-" * width for width in widths)
    for row in rows:
        if not row.task:
            yield from _whole_line(row)
            continue
        column = next(i for i, actor in enumerate(actors) if actor.name == row.task)
        rail = rails.beside(row)
        for mark, text in _cells(row, widths[column] - len(rail), step):
            cells = [" " * width for width in widths]
            cells[column] = (rail + text).ljust(widths[column])
            yield f"{mark:<{GUTTER}}" + SEPARATOR.join(cells)


def _widths(rows: Sequence[Row], actors: Sequence[Actor], rails: Rails) -> list[int]:
    """Share a line: who needs less than an equal part leaves the rest to the others."""
    left = WIDTH - GUTTER - len(SEPARATOR) * (len(actors) - 1)
    needs = {actor.name: len(plain(actor.title)) for actor in actors}
    for row in rows:
        if row.task:
            need = rails.width(row.task) + row.depth * 2 + _length(row)
            needs[row.task] = max(needs[row.task], need)
    widths: dict[str, int] = {}
    for name in sorted(needs, key=lambda name: needs[name]):
        widths[name] = min(needs[name], left // (len(needs) - len(widths)))
        left -= widths[name]
    return [widths[actor.name] for actor in actors]


def _length(row: Row) -> int:
    """Return how much of a line a row would like; calls in a chain may well be wrapped."""
    return max(len(part) for part in plain(row.text).split(LEADS_TO))


def _interleaved(rows: Sequence[Row], actors: Sequence[Actor], rails: Rails) -> Iterator[str]:
    """Put all tasks into one column, each line with the name of its task when that changes."""
    label = min(max(len(plain(actor.name)) for actor in actors), LABEL_MAX)
    width = WIDTH - GUTTER - label - len(SEPARATOR)
    step = _indentation(rows, width)
    yield from (" " * GUTTER + plain(actor.title)[: WIDTH - GUTTER] for actor in actors)
    yield " " * GUTTER + "-" * (WIDTH - GUTTER)
    last = ""
    for row in rows:
        if not row.task:
            yield from _whole_line(row)
        else:
            rail = rails.beside(row)
            for mark, text in _cells(row, width - len(rail), step):
                name = "" if row.task == last else plain(row.task)[:label]
                yield f"{mark:<{GUTTER}}{name:<{label}}{SEPARATOR}{rail}{text}"
                last = row.task


def _whole_line(row: Row) -> Iterator[str]:
    """Show what concerns the whole machine across all columns."""
    for mark, text in _cells(row, WIDTH - GUTTER, 0):
        yield f"{mark:<{GUTTER}}{text}"


def _indentation(rows: Sequence[Row], width: int) -> int:
    """Return how far a call is indented: less where calls are so deep that no text would fit."""
    deepest = max((row.depth for row in rows), default=0)
    return 2 if deepest * 2 <= width // 3 else 1


def _cells(row: Row, width: int, step: int) -> Iterator[tuple[str, str]]:
    """Break a row's text into lines of a column; only the first one carries the mark."""
    indent = " " * min(row.depth * step, width // 2)
    mark = row.mark
    hanging = 2 * HANGING if row.worth is Worth.CALL else HANGING
    for line in wrapped(row.text, width - len(indent), hanging=hanging):
        yield mark, indent + line
        mark = ""
