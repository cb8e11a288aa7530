"""Timelines: the story of a run as plain text that survives a mail, one column a task.

Time goes down, calls go to the right, and no line is longer than 80 columns.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from fuzz.people.reports.telling.folding import LEADS_TO, folded
from fuzz.people.reports.telling.rows import Row, Worth, choose, rows_of
from fuzz.people.text import WIDTH, plain, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.people.reports.telling.story import Story
    from fuzz.program.outcome import Outcome
    from fuzz.world.task import Task

GUTTER: Final = 3
"""Columns for a mark (`!!` is the longest) and a space."""

COLUMNS_MAX: Final = 3
"""Four columns would leave 17 characters for each, less than many function names have."""

LINES_MAX: Final = 58
"""A timeline of about sixty lines, its legend included, is read to its end."""

ROWS_TRIED: Final = range(120, 20, -4)
"""How many rows are tried in turn until the lines, some of them wrapped, are few enough."""

SEPARATOR: Final = " | "
RULE: Final = "-+-"
HANGING: Final = 2
"""How far the rest of a wrapped line is indented; twice that after calls, as their insides are."""

LABEL_MAX: Final = 12
"""Columns for a task's name where all tasks share one column."""

LEGEND: Final = "* switch   ! fault   !! finding"


def timeline(story: Story, outcome: Outcome) -> str:
    """Draw what happened in a run, marking its switches, faults and findings."""
    rows = rows_of(story, outcome)
    lines: list[str] = []
    for shorten, count in product((False, True), ROWS_TRIED):
        lines = _drawn(story, folded(rows, choose(rows, count), shorten=shorten))
        if len(lines) <= LINES_MAX:
            break
    lines += ["", f"{LEGEND}   ({outcome.steps} points passed)"]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _drawn(story: Story, rows: Sequence[Row]) -> list[str]:
    tasks = _tasks_in(story, rows)
    if not tasks:
        return ["(nothing ran)", *(line for row in rows for line in _whole_line(row))]
    if len(tasks) <= COLUMNS_MAX:
        return list(_side_by_side(rows, tasks))
    return list(_interleaved(rows, tasks))


def _tasks_in(story: Story, rows: Sequence[Row]) -> list[Task]:
    """Return the tasks that have something to show, in the order of their numbers."""
    known = {moment.task.name: moment.task for moment in story.moments}
    shown = {row.task: known[row.task] for row in rows if row.task in known}
    return sorted(shown.values(), key=lambda task: task.number)


def _side_by_side(rows: Sequence[Row], tasks: Sequence[Task]) -> Iterator[str]:
    widths = _widths(rows, tasks)
    step = _indentation(rows, min(widths))
    heads = [plain(_title(t))[:width].ljust(width) for t, width in zip(tasks, widths, strict=True)]
    yield " " * GUTTER + SEPARATOR.join(heads)
    yield " " * GUTTER + RULE.join("-" * width for width in widths)
    for row in rows:
        if not row.task:
            yield from _whole_line(row)
            continue
        column = next(i for i, task in enumerate(tasks) if task.name == row.task)
        for mark, text in _cells(row, widths[column], step):
            cells = [" " * width for width in widths]
            cells[column] = text.ljust(widths[column])
            yield f"{mark:<{GUTTER}}" + SEPARATOR.join(cells)


def _widths(rows: Sequence[Row], tasks: Sequence[Task]) -> list[int]:
    """Share a line: who needs less than an equal part leaves the rest to the others."""
    left = WIDTH - GUTTER - len(SEPARATOR) * (len(tasks) - 1)
    needs = {task.name: len(plain(_title(task))) for task in tasks}
    for row in rows:
        if row.task:
            needs[row.task] = max(needs[row.task], row.depth * 2 + _length(row))
    widths: dict[str, int] = {}
    for name in sorted(needs, key=lambda name: needs[name]):
        widths[name] = min(needs[name], left // (len(needs) - len(widths)))
        left -= widths[name]
    return [widths[task.name] for task in tasks]


def _length(row: Row) -> int:
    """Return how much of a line a row would like; calls in a chain may well be wrapped."""
    return max(len(part) for part in plain(row.text).split(LEADS_TO))


def _interleaved(rows: Sequence[Row], tasks: Sequence[Task]) -> Iterator[str]:
    """Put all tasks into one column, each line with the name of its task when that changes."""
    label = min(max(len(plain(task.name)) for task in tasks), LABEL_MAX)
    width = WIDTH - GUTTER - label - len(SEPARATOR)
    step = _indentation(rows, width)
    yield from (" " * GUTTER + plain(_title(task))[: WIDTH - GUTTER] for task in tasks)
    yield " " * GUTTER + "-" * (WIDTH - GUTTER)
    last = ""
    for row in rows:
        if not row.task:
            yield from _whole_line(row)
        else:
            for mark, text in _cells(row, width, step):
                name = "" if row.task == last else plain(row.task)[:label]
                yield f"{mark:<{GUTTER}}{name:<{label}}{SEPARATOR}{text}"
                last = row.task


def _whole_line(row: Row) -> Iterator[str]:
    """Show what concerns the whole machine across all columns."""
    for mark, text in _cells(row, WIDTH - GUTTER, 0):
        yield f"{mark:<{GUTTER}}{text}"


def _title(task: Task) -> str:
    return f"{task.name} (CPU {task.cpu.number}{', interrupt' if task.interrupt else ''})"


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
