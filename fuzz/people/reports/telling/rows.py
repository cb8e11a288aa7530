"""Rows of a timeline: which moments of a story are worth a line, and what the line says.

Operations, faults, switches and findings always are. Then, while there is room: what the model
tells, changes of what several tasks share, looks at it, and functions entered; of each of these
those nearest to the former first.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from fuzz.people.reports.telling.shared import Sharing
from fuzz.program.execute import OPERATION as OPERATION_POINT
from fuzz.values.point import BEGIN, END

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fuzz.people.reports.telling.story import Moment, Story
    from fuzz.program.outcome import Outcome
    from fuzz.values.finding import Finding

TOLD_EXTRA: Final = 60
"""Rows beyond the number wanted that may go to what is told, and the calls around it."""

OPERATION: Final = "> "
ANSWER: Final = "= "
FAULT_TOLD: Final = "FAULT "
"""How the world, and what executes operations, begin what they tell."""


NESTING_MAX: Final = 1000
"""More calls than Python lets a task be in."""


class Worth(IntEnum):
    """How much a row matters; those of `ALWAYS` are never left out, those of `NEVER` always."""

    ALWAYS = 0
    TOLD = 1
    WAIT = 2
    CHANGE = 3
    LOOK = 4
    CALL = 5
    NEVER = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a timeline, in the column of its task."""

    task: str
    """Empty for a row that concerns the whole machine."""
    depth: int
    text: str
    worth: Worth
    mark: str = ""
    parent: int = -1
    """The row of the call that this one happened in, or -1."""


def rows_of(story: Story, outcome: Outcome) -> list[Row]:
    """Return every row that there could be, in the order of the run."""
    return _Writer(story, outcome).rows


class _Writer:
    """Writes every row that there could be."""

    def __init__(self, story: Story, outcome: Outcome) -> None:
        self.rows: list[Row] = []
        self._open: dict[str, list[int]] = {}
        self._seen = {moment.task.name for moment in story.moments}
        self._sharing = Sharing(story.moments)
        self._anchors = {
            (switch.at.task, switch.at.point, switch.at.visit) for switch in outcome.switches
        }
        switches = switch_positions(story.moments, outcome)
        findings = _finding_positions(story.moments, outcome.findings)
        for index, moment in enumerate(story.moments):
            for left in switches.get(index, ()):
                del self._open.get(left.task, [])[left.depth :]
                self._add_in_call(left.task, left.text, Worth.ALWAYS, "*")
            self._write(moment)
            for finding in findings.get(index, ()):
                self._add_in_call(finding.task, finding.title, Worth.ALWAYS, "!!")
        for left in switches.get(len(story.moments), ()):
            self._add_in_call(left.task, left.text, Worth.ALWAYS, "*")
        for finding in findings.get(-1, ()):
            self.rows.append(Row("", 0, finding.title, Worth.ALWAYS, "!!"))

    def _write(self, moment: Moment) -> None:
        task = moment.task.name
        calls = self._open.setdefault(task, [])
        del calls[moment.kept :]
        for depth in range(moment.kept, len(moment.calls)):
            parent = calls[-1] if calls else -1
            calls.append(len(self.rows))
            self.rows.append(
                Row(task, depth + 1, f"{moment.calls[depth]}()", Worth.CALL, "", parent)
            )
        if moment.text:
            self._write_told(moment)
        elif moment.point is not None:
            self._add_in_call(task, self._sharing.text(moment), self._worth(moment))

    def _write_told(self, moment: Moment) -> None:
        if moment.text.startswith(FAULT_TOLD):
            self._add_in_call(moment.task.name, moment.text, Worth.ALWAYS, "!")
        elif moment.text.startswith((OPERATION, ANSWER)) and not moment.calls:
            self._add_in_call(moment.task.name, moment.text, Worth.ALWAYS)
        else:
            self._add_in_call(moment.task.name, moment.text, Worth.TOLD)

    def _worth(self, moment: Moment) -> Worth:
        point = moment.point
        if point is None or point in (BEGIN, END, OPERATION_POINT):
            return Worth.NEVER
        if (moment.task.name, point.name, moment.visit) in self._anchors:
            return Worth.ALWAYS
        if moment.blocked:
            return Worth.WAIT
        if not self._sharing.contended(moment):
            return Worth.NEVER
        return Worth.CHANGE if point.writes else Worth.LOOK

    def _add_in_call(self, task: str, text: str, worth: Worth, mark: str = "") -> None:
        if task not in self._seen:  # It was to begin when the machine stopped: it has no column.
            self.rows.append(Row("", 0, f"{task}: {text}", worth, mark))
            return
        calls = self._open.get(task, [])
        parent = calls[-1] if calls else -1
        depth = len(calls) + 1 if calls else 0
        self.rows.append(Row(task, depth, text, worth, mark, parent))


@dataclass(frozen=True, slots=True)
class Left:
    """A task that was running when the machine was switched away from it."""

    task: str
    depth: int
    """How many of its calls it was still in."""
    text: str


def switch_positions(moments: Sequence[Moment], outcome: Outcome) -> dict[int, list[Left]]:
    """Say which switches happened just before which moment.

    A task that was left at a point passes it when it comes back; one that slept has passed it.
    """
    anchors = {
        (m.task.name, m.point.name, m.visit): index
        for index, m in enumerate(moments)
        if m.point is not None
    }
    found: dict[int, list[Left]] = {}
    position = 0
    for switch in outcome.switches:
        at = switch.at
        passed = anchors.get((at.task, at.point, at.visit), len(moments))
        anchor = moments[passed] if passed < len(moments) else None
        slept = anchor is not None and anchor.blocked
        left = passed + 1 if slept else _end_of(at.task, moments, passed)
        position = _resumption(switch.to, moments, max(position, left))
        depth = anchor.kept if anchor is not None and not slept else NESTING_MAX
        text = f"switch to {switch.to}" + ("" if slept else f" before {at.point}")
        found.setdefault(position, []).append(Left(at.task, depth, text))
    return found


def _end_of(task: str, moments: Sequence[Moment], before: int) -> int:
    """Return the index after the last moment of a task that comes before another index."""
    while before > 0 and moments[before - 1].task.name != task:
        before -= 1
    return before


def _resumption(task: str, moments: Sequence[Moment], start: int) -> int:
    """Return the index of the first moment of a task from `start` on."""
    while start < len(moments) and moments[start].task.name != task:
        start += 1
    return start


def _finding_positions(
    moments: Sequence[Moment], findings: Iterable[Finding]
) -> dict[int, list[Finding]]:
    """Say after which moment each finding came; -1 for those that no task made."""
    tasks = {moment.task.name for moment in moments}
    found: dict[int, list[Finding]] = {}
    steps = [moment.step for moment in moments]
    for finding in findings:
        if finding.task not in tasks:
            found.setdefault(-1, []).append(finding)
            continue
        index = bisect(steps, finding.step) - 1
        while index > 0 and moments[index].text.startswith((OPERATION, ANSWER)):
            index -= 1
        found.setdefault(max(index, 0), []).append(finding)
    return found


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
