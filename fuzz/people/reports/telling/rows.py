"""Every row that a timeline could have, in the order of the run."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fuzz.people.reports.telling.row import (
    ANSWER,
    DAMAGE,
    FAULT,
    FINDING,
    OPERATION,
    SWITCH,
    Row,
    Worth,
)
from fuzz.people.reports.telling.shared import Sharing
from fuzz.people.reports.telling.switches import switch_positions
from fuzz.program.execute import OPERATION as OPERATION_POINT
from fuzz.values.point import BEGIN, END

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fuzz.people.reports.telling.story import Moment, Story
    from fuzz.people.reports.telling.switches import Left
    from fuzz.program.outcome import Outcome
    from fuzz.values.finding import Finding

FAULT_TOLD: Final = "FAULT "
"""How the world begins to tell of a fault."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """When a state was first seen damaged, and how."""

    moment: int
    """The moment of the story by which it was."""
    text: str


def rows_of(story: Story, outcome: Outcome, damaged: Damaged | None = None) -> list[Row]:
    """Return every row that there could be, in the order of the run."""
    writer = _Writer(story, outcome, damaged)
    return [replace(row, end=writer.ends.get(n, row.end)) for n, row in enumerate(writer.rows)]


class _Writer:
    """Writes every row that there could be."""

    def __init__(self, story: Story, outcome: Outcome, damaged: Damaged | None) -> None:
        self.rows: list[Row] = []
        self.ends: dict[int, int] = {}
        """The moments before which calls were over, by row."""
        self._moment = 0
        self._open: dict[str, list[int]] = {}
        self._seen = {moment.task.name for moment in story.moments}
        self._sharing = Sharing(story.moments)
        self._anchors = {
            (switch.at.task, switch.at.point, switch.at.visit) for switch in outcome.switches
        }
        switches = switch_positions(story.moments, outcome)
        findings = _finding_positions(story.moments, outcome.findings)
        for index, moment in enumerate(story.moments):
            self._moment = index
            for left in switches.get(index, ()):
                self._leave_calls(left.task, left.depth)
                self._add_in_call(left.task, left.text, Worth.ALWAYS, SWITCH)
            if damaged is not None and damaged.moment == index:
                self._add_damage(story.moments, damaged)
            self._write(moment)
            for finding in findings.get(index, ()):
                self._add_in_call(finding.task, finding.title, Worth.ALWAYS, FINDING)
        self._finish(len(story.moments), switches, findings.get(-1, ()))

    def _finish(
        self, end: int, switches: Mapping[int, Sequence[Left]], findings: Iterable[Finding]
    ) -> None:
        self._moment = end
        for left in switches.get(end, ()):
            self._add_in_call(left.task, left.text, Worth.ALWAYS, SWITCH)
        for finding in findings:
            self.rows.append(Row("", 0, finding.title, Worth.ALWAYS, FINDING, moment=end))
        for task in self._open:
            self._leave_calls(task, 0)

    def _leave_calls(self, task: str, depth: int) -> None:
        """Note that a task is in no more than `depth` calls."""
        calls = self._open.setdefault(task, [])
        for row in calls[depth:]:
            self.ends[row] = self._moment
        del calls[depth:]

    def _add_damage(self, moments: Sequence[Moment], damaged: Damaged) -> None:
        """Say that what was done just before has damaged the state."""
        task = moments[max(0, damaged.moment - 1)].task.name
        self._add_in_call(task, damaged.text, Worth.ALWAYS, DAMAGE)

    def _write(self, moment: Moment) -> None:
        task = moment.task.name
        self._leave_calls(task, moment.kept)
        calls = self._open[task]
        for depth in range(moment.kept, len(moment.calls)):
            parent = calls[-1] if calls else -1
            calls.append(len(self.rows))
            text = f"{moment.calls[depth]}()"
            self.rows.append(Row(task, depth + 1, text, Worth.CALL, "", parent, self._moment))
        if moment.text:
            self._write_told(moment)
        elif moment.point is not None:
            self._add_in_call(task, self._sharing.text(moment), self._worth(moment))

    def _write_told(self, moment: Moment) -> None:
        if moment.text.startswith(FAULT_TOLD):
            self._add_in_call(moment.task.name, moment.text, Worth.ALWAYS, FAULT)
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
            whole = f"{task}: {text}"
            self.rows.append(Row("", 0, whole, worth, mark, moment=self._moment))
            return
        calls = self._open.get(task, [])
        parent = calls[-1] if calls else -1
        depth = len(calls) + 1 if calls else 0
        self.rows.append(Row(task, depth, text, worth, mark, parent, self._moment))


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
