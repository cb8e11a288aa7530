"""Runs as a trace in Chrome's trace event format, which Perfetto and chrome://tracing open.

Every moment of the run is a microsecond: the machine's own clock hardly moves.
Process 1 has a track for each task (calls as nested slices, locks as async slices beside them,
marks as instants, switches as flow arrows), process 2 one for each CPU: who runs there.
https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from fuzz.people.reports.telling.row import (
    ANSWER,
    DAMAGE,
    FAULT,
    FINDING,
    OPERATION,
    SWITCH,
    Worth,
)
from fuzz.people.reports.telling.story import tell_story
from fuzz.people.reports.telling.timeline import timeline_of
from fuzz.program.text import case_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.people.reports.telling.row import Row
    from fuzz.people.reports.telling.timeline import Timeline
    from fuzz.program.case import Case
    from fuzz.program.target import Target

TASKS: Final = 1
CPUS: Final = 2
"""Processes of the trace."""

Event = dict[str, Any]

CATEGORIES: Final = {SWITCH: "switch", FAULT: "fault", FINDING: "finding", DAMAGE: "damage"}


def trace_of(target: Target, case: Case) -> str:
    """Run a case and write its run as one JSON object."""
    outcome, story = tell_story(target, case)
    about = {
        "target": target.name,
        "kernel": case.kernel,
        "case": case_text(case),
        "findings": "\n".join(finding.title for finding in outcome.findings),
    }
    return trace_text(timeline_of(story, outcome), about)


def trace_text(timeline: Timeline, about: dict[str, str]) -> str:
    """Write a run as one JSON object, an event a line; `about` says what it is of."""
    events = ",\n".join(json.dumps(event) for event in _Tracer(timeline).events())
    other = json.dumps(about)
    return f'{{"displayTimeUnit": "ns", "otherData": {other}, "traceEvents": [\n{events}\n]}}\n'


class _Tracer:
    """Makes the events of one run."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._tids = {actor.name: n for n, actor in enumerate(timeline.actors, 1)}
        self._end = len(timeline.moments)

    def events(self) -> Iterator[Event]:
        yield from self._names()
        yield from self._lives()
        yield from self._operations()
        yield from self._calls()
        yield from self._marks()
        yield from self._locks()
        yield from self._flows()
        yield from self._cpus()

    def _names(self) -> Iterator[Event]:
        yield _name("process_name", TASKS, 0, "tasks")
        yield _name("process_name", CPUS, 0, "CPUs")
        for actor in self._timeline.actors:
            yield _name("thread_name", TASKS, self._tids[actor.name], actor.title)
        for cpu in sorted({actor.cpu for actor in self._timeline.actors}):
            yield _name("thread_name", CPUS, cpu + 1, f"CPU {cpu}")

    def _lives(self) -> Iterator[Event]:
        """Wrap each track in a slice, to which arrows can be bound at any time."""
        for actor in self._timeline.actors:
            times = [n for n, m in enumerate(self._timeline.moments) if m.task.name == actor.name]
            span = (times[0], times[-1] + 1)
            yield _slice(self._tids[actor.name], f"task {actor.name}", span, "task")

    def _operations(self) -> Iterator[Event]:
        begun: dict[str, Row] = {}
        for row in self._timeline.rows:
            if row.depth:
                continue
            if row.text.startswith(OPERATION):
                begun[row.task] = row
            elif row.text.startswith(ANSWER) and row.task in begun:
                yield self._operation(begun.pop(row.task), row.moment + 1, row.text)
        for row in begun.values():
            yield self._operation(row, self._last(row.task) + 1, "")

    def _operation(self, row: Row, end: int, answer: str) -> Event:
        name = row.text.removeprefix(OPERATION)
        args = {"answer": answer.removeprefix(ANSWER)} if answer else {}
        span = (row.moment, end)
        return _slice(self._tids[row.task], name, span, "operation") | {"args": args}

    def _last(self, task: str) -> int:
        moments = self._timeline.moments
        return max(n for n, moment in enumerate(moments) if moment.task.name == task)

    def _calls(self) -> Iterator[Event]:
        for row in self._timeline.rows:
            if row.is_call:
                end = min(row.end, self._last(row.task) + 1)
                yield _slice(self._tids[row.task], row.text, (row.moment, end), "call")

    def _marks(self) -> Iterator[Event]:
        """Show what happens at one moment; what concerns the whole machine is global."""
        for row in self._timeline.rows:
            if not row.mark and row.worth is not Worth.TOLD:
                continue
            tid = self._tids.get(row.task)
            yield {
                "name": row.text,
                "cat": CATEGORIES.get(row.mark, "told"),
                "ph": "i",
                "s": "t" if tid is not None else "g",
                "pid": TASKS,
                "tid": tid or 0,
                "ts": row.moment,
            }

    def _locks(self) -> Iterator[Event]:
        for number, held in enumerate(self._timeline.holds, 1):
            common: Event = {
                "name": held.name,
                "cat": "lock",
                "id": number,
                "pid": TASKS,
                "tid": self._tids[held.task],
            }
            args = {"holder": held.task, "shared": held.shared}
            yield common | {"ph": "b", "ts": held.begin, "args": args}
            yield common | {"ph": "e", "ts": held.end}

    def _flows(self) -> Iterator[Event]:
        """Draw an arrow from each switch to where the other task goes on."""
        moments = self._timeline.moments
        for number, row in enumerate(r for r in self._timeline.rows if r.mark == SWITCH):
            left = [n for n in range(row.moment) if moments[n].task.name == row.task]
            if not left or row.moment >= self._end or row.task not in self._tids:
                continue
            common: Event = {"name": "switch", "cat": "switch", "id": number + 1, "pid": TASKS}
            to = moments[row.moment].task.name
            yield common | {"ph": "s", "tid": self._tids[row.task], "ts": left[-1]}
            yield common | {"ph": "f", "bp": "e", "tid": self._tids[to], "ts": row.moment}

    def _cpus(self) -> Iterator[Event]:
        """Show which task ran, on the track of its CPU."""
        cpus = {actor.name: actor.cpu + 1 for actor in self._timeline.actors}
        moments = enumerate(self._timeline.moments)
        for task, group in groupby(moments, key=lambda pair: pair[1].task.name):
            times = [n for n, _ in group]
            span = (times[0], times[-1] + 1)
            yield _slice(cpus[task], task, span, "running") | {"pid": CPUS}


def _name(kind: str, pid: int, tid: int, name: str) -> Event:
    return {"name": kind, "ph": "M", "pid": pid, "tid": tid, "args": {"name": name}}


def _slice(tid: int, name: str, span: tuple[int, int], category: str) -> Event:
    begin, end = span
    common: Event = {"name": name, "cat": category, "ph": "X", "pid": TASKS, "tid": tid}
    return common | {"ts": begin, "dur": max(end - begin, 0)}
