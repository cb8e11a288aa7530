"""The drawing of a timeline: where each step, call, lock and switch stands, in SVG units.

Time goes down, one column a task, calls to the right: as in plain text, with room for more.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_letters
from typing import TYPE_CHECKING, Final

from fuzz.people.reports.telling.choosing import choose
from fuzz.people.reports.telling.folding import folded
from fuzz.people.reports.telling.holds import covers, notable
from fuzz.people.reports.telling.row import LEGEND, SWITCH
from fuzz.people.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.people.reports.telling.holds import Held
    from fuzz.people.reports.telling.row import Row
    from fuzz.people.reports.telling.timeline import Actor, Timeline

ROWS_MAX: Final = 90
"""Rows that are drawn: two screens, which a reader scrolls through; a trace has all."""

CHAR: Final = 7.3
"""Width of a character at 12 pixels, in the widest of the usual monospaced fonts."""
LINE: Final = 17
GUTTER: Final = 86
"""Room for the number of a step and the word of its mark."""
HEAD: Final = 34
GAP: Final = 14
INDENT: Final = 11
BAR: Final = 15
LANES_MAX: Final = 5
CHARS_MIN: Final = 22
CHARS_MAX: Final = 58


@dataclass(frozen=True, slots=True)
class Column:
    """One task."""

    name: str
    title: str
    x: float
    width: float
    lanes: int

    @property
    def text_right(self) -> float:
        """Where its text ends and its locks begin."""
        return self.x + self.width - self.lanes * BAR


@dataclass(frozen=True, slots=True)
class Step:
    """One row."""

    number: int
    task: str
    text: str
    lines: tuple[str, ...]
    x: float
    y: float
    height: float
    mark: str
    """What its mark says, as a word; empty for none."""
    held: str
    """The locks that the task held, as words."""
    is_call: bool
    worth_a_stop: bool
    """Whether the keyboard stops at it."""


@dataclass(frozen=True, slots=True)
class Box:
    """A call from its beginning to its end, or a lock while it was held."""

    x: float
    y: float
    width: float
    height: float
    title: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A switch from one task to another."""

    path: str
    title: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that is to be drawn."""

    width: float
    height: float
    columns: tuple[Column, ...]
    steps: tuple[Step, ...]
    calls: tuple[Box, ...]
    locks: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw_timeline(timeline: Timeline) -> Drawing:
    """Lay a timeline out."""
    rows = folded(timeline.rows, choose(timeline.rows, ROWS_MAX))
    return _Drawer(timeline, rows).drawing()


class _Drawer:
    """Knows rows and columns while a drawing is made."""

    def __init__(self, timeline: Timeline, rows: Sequence[Row]) -> None:
        self._rows = rows
        shown = [row.task for row in rows]
        self._holds = [
            held for held in notable(timeline.holds, rows) if any(covers(held, r) for r in rows)
        ]
        self._lanes = {actor.name: _lanes(self._holds, actor.name) for actor in timeline.actors}
        names = dict.fromkeys(held.name for held in self._holds)
        self._letters = dict(zip(names, ascii_letters, strict=False))
        self._columns = self._place([a for a in timeline.actors if a.name in shown])
        self._by_name = {column.name: column for column in self._columns}
        self._steps = self._lay_out()

    def _place(self, actors: Sequence[Actor]) -> list[Column]:
        columns: list[Column] = []
        x = float(GUTTER)
        for actor in actors:
            need = max(
                len(actor.title),
                *(len(row.text) + 2 * row.depth for row in self._rows if row.task == actor.name),
            )
            chars = min(max(need + 1, CHARS_MIN), CHARS_MAX)
            lanes = len(self._lanes[actor.name])
            width = chars * CHAR + lanes * BAR
            columns.append(Column(actor.name, actor.title, x, width, lanes))
            x += width + GAP
        return columns

    @property
    def _right(self) -> float:
        last = self._columns[-1] if self._columns else None
        return last.x + last.width if last is not None else GUTTER + CHARS_MAX * CHAR

    def _lay_out(self) -> list[Step]:
        steps: list[Step] = []
        y = float(HEAD)
        for number, row in enumerate(self._rows, 1):
            column = self._by_name.get(row.task)
            x = column.x + row.depth * INDENT if column is not None else float(GUTTER)
            right = column.text_right if column is not None else self._right
            room = max(12, int((right - x) / CHAR))
            lines = tuple(wrapped(row.text, room, hanging=2))
            height = len(lines) * LINE
            steps.append(self._step(row, number, lines, (x, y, height)))
            y += height
        return steps

    def _step(
        self, row: Row, number: int, lines: tuple[str, ...], place: tuple[float, float, float]
    ) -> Step:
        held = dict.fromkeys(held.name for held in self._holds if covers(held, row))
        return Step(
            number,
            row.task,
            row.text,
            lines,
            *place,
            mark=dict(LEGEND).get(row.mark, ""),
            held=", ".join(held),
            is_call=row.is_call,
            worth_a_stop=bool(row.mark) or row.text.startswith("> "),
        )

    def drawing(self) -> Drawing:
        last = self._steps[-1] if self._steps else None
        return Drawing(
            width=self._right + GAP,
            height=(last.y + last.height if last is not None else HEAD) + GAP,
            columns=tuple(self._columns),
            steps=tuple(self._steps),
            calls=tuple(self._calls()),
            locks=tuple(self._locks()),
            arrows=tuple(self._arrows()),
        )

    def _calls(self) -> list[Box]:
        boxes: list[Box] = []
        for row, step in zip(self._rows, self._steps, strict=True):
            column = self._by_name.get(row.task)
            if not row.is_call or column is None:
                continue
            last = self._last_of(row.task, row.end, step)
            width = column.text_right - step.x + 4
            height = last.y + last.height - step.y
            boxes.append(Box(step.x - 5, step.y + 1, width, height - 2, row.text))
        return boxes

    def _last_of(self, task: str, end: int, first: Step) -> Step:
        """Return the last step of a task before a moment."""
        inside = [
            step
            for row, step in zip(self._rows, self._steps, strict=True)
            if row.task == task and row.moment < end and step.number >= first.number
        ]
        return inside[-1] if inside else first

    def _locks(self) -> list[Box]:
        boxes: list[Box] = []
        for column in self._columns:
            for lane, holds in enumerate(self._lanes[column.name]):
                x = column.text_right + lane * BAR + 2
                boxes += [self._bar(held, x) for held in holds]
        return boxes

    def _bar(self, held: Held, x: float) -> Box:
        inside = [
            step for row, step in zip(self._rows, self._steps, strict=True) if covers(held, row)
        ]
        top, bottom = inside[0].y + 1, inside[-1].y + inside[-1].height - 1
        fits = len(held.name) * CHAR < bottom - top - 4
        label = held.name if fits else self._letters.get(held.name, "")
        shared = ", shared with others" if held.shared else ""
        title = f"{held.task} holds {held.name}{shared}"
        return Box(x, top, BAR - 3, bottom - top, title, label)

    def _arrows(self) -> list[Arrow]:
        arrows: list[Arrow] = []
        for n, (row, step) in enumerate(zip(self._rows, self._steps, strict=True)):
            later = [s for s in self._steps[n + 1 :] if s.task in self._by_name]
            following = next((s for s in later if s.task != row.task), None)
            if row.mark != SWITCH or following is None or row.task not in self._by_name:
                continue
            title = f"switch from {row.task} to {following.task}"
            arrows.append(Arrow(self._path(step, following), title))
        return arrows

    def _path(self, start: Step, end: Step) -> str:
        """Lead from the text of one step to that of another, above or below the texts between."""
        here, there = self._by_name[start.task], self._by_name[end.task]
        y0, y1 = round(start.y + start.height - LINE / 2), round(end.y + LINE / 2)
        x1 = round(end.x - 7)
        if there.x > here.x:
            x0 = round(min(start.x + len(start.lines[-1]) * CHAR + 6, here.text_right))
            turn = x1 - 14
            return f"M{x0} {y0} H{turn - 8} Q{turn} {y0} {turn} {y1 - 4} L{x1} {y1}"
        x0, left = round(start.x - 4), round(here.x - 6)
        return f"M{x0} {y0} L{left} {y0} L{x1 - 6} {y1} L{x1} {y1}"


def _lanes(holds: Sequence[Held], task: str) -> list[list[Held]]:
    """Put the holds of a task into as few lanes as do not overlap, the longest-held first."""
    lanes: list[list[Held]] = []
    for held in holds:
        if held.task != task:
            continue
        lane = next((lane for lane in lanes if lane[-1].end < held.begin), None)
        if lane is not None:
            lane.append(held)
        elif len(lanes) < LANES_MAX:
            lanes.append([held])
    return lanes
