"""Code flows of SARIF: an interleaving as one thread flow a task, its steps numbered over all.

A step stands in the case's file, at the operation that the task was in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.people.reports.telling.choosing import choose
from fuzz.people.reports.telling.row import ANSWER, FAULT, FINDING, OPERATION, SWITCH, Worth
from fuzz.people.reports.telling.story import tell_story
from fuzz.people.reports.telling.timeline import timeline_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.people.reports.telling.row import Row
    from fuzz.people.reports.telling.timeline import Actor
    from fuzz.people.triage.running import Rerun

ROWS: Final = 80
"""Steps of a flow: a little more than a report's timeline has."""
KINDS: Final = {SWITCH: "switch", FAULT: "fault", FINDING: "danger"}


def code_flow(member: Rerun, uri: str) -> dict[str, Any]:
    """Tell the run of a case whose file is at `uri`."""
    outcome, story = tell_story(member.given.target, member.case)
    timeline = timeline_of(story, outcome)
    chosen = choose(timeline.rows, ROWS)
    rows = [(number, row) for number, row in enumerate(timeline.rows) if number in chosen]
    lines = operation_lines(member.given.text)
    whole = "; ".join(row.text for _, row in rows if not row.task)
    return {
        "message": {"text": f"One run of {outcome.steps} points" + f": {whole}" * bool(whole)},
        "threadFlows": [
            _thread_flow(actor, rows, lines.get(actor.name, []), uri)
            for actor in timeline.actors
            if any(row.task == actor.name for _, row in rows)
        ],
    }


def operation_lines(text: str) -> dict[str, list[int]]:
    """Say in which lines of a case, counted from 1, the operations of each task stand."""
    lines: dict[str, list[int]] = {}
    task = ""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if line[0].isspace():
            lines.setdefault(task, []).append(number)
        elif words[0] == "task":
            task = words[-1]
    return lines


def _thread_flow(
    actor: Actor, rows: Sequence[tuple[int, Row]], lines: Sequence[int], uri: str
) -> dict[str, Any]:
    return {
        "id": actor.name,
        "message": {"text": actor.title},
        "locations": list(_steps(actor, rows, lines, uri)),
    }


def _steps(
    actor: Actor, rows: Sequence[tuple[int, Row]], lines: Sequence[int], uri: str
) -> Iterator[dict[str, Any]]:
    operation = 0
    calls: dict[int, str] = {}
    for number, row in rows:
        if row.is_call:
            calls[number] = row.text.removesuffix("()")
        if row.task != actor.name:
            continue
        if row.text.startswith(OPERATION) and not row.depth:
            operation += 1
        line = lines[operation - 1] if 0 < operation <= len(lines) else 1
        function = calls.get(number) or calls.get(row.parent, "")
        yield {
            "executionOrder": number,
            "nestingLevel": row.depth,
            "importance": _importance(row),
            **({"kinds": [KINDS[row.mark]]} if row.mark in KINDS else {}),
            "location": location(uri, line, [function] if function else [], row.text),
        }


def _importance(row: Row) -> str:
    if row.mark:
        return "essential"
    told = row.worth <= Worth.TOLD or row.text.startswith(ANSWER)
    return "important" if told else "unimportant"


def location(uri: str, line: int, functions: Sequence[str], message: str = "") -> dict[str, Any]:
    """Name a place in a case's file, and in the functions of the system under test."""
    told: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": line},
        }
    }
    if functions:
        told["logicalLocations"] = [
            {"name": name, "fullyQualifiedName": name, "kind": "function"} for name in functions
        ]
    if message:
        told["message"] = {"text": message}
    return told
