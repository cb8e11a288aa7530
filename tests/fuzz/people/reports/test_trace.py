"""Traces have the shape that Chrome's trace event format asks for."""

import json
from typing import Any

from hypothesis import given

from fuzz.people.reports.trace import trace_of
from fuzz.program.case import Case
from fuzz.search.hypothesis_cases import cases
from tests.fuzz.people.toys import LOST, TARGETS, case_of

Events = list[dict[str, Any]]

SPANS = {"X", "i", "b", "e", "s", "f"}


def events_of(case: Case) -> Events:
    trace = json.loads(trace_of(TARGETS[case.target], case))
    assert list(trace) == ["displayTimeUnit", "otherData", "traceEvents"]
    return trace["traceEvents"]


def tracks(events: Events) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """The slices of each track, outer ones first."""
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for event in events:
        if event["ph"] == "X":
            span = (event["ts"], event["ts"] + event["dur"])
            found.setdefault((event["pid"], event["tid"]), []).append(span)
    return {track: sorted(spans, key=lambda s: (s[0], -s[1])) for track, spans in found.items()}


def is_nested(spans: list[tuple[int, int]]) -> bool:
    stack: list[tuple[int, int]] = []
    for begin, end in spans:
        while stack and stack[-1][1] <= begin:
            stack.pop()
        if stack and end > stack[-1][1]:
            return False
        stack.append((begin, end))
    return True


@given(cases(TARGETS["depot"]))
def test_every_event_has_what_its_phase_needs_and_slices_nest(case: Case) -> None:
    events = events_of(case)
    for event in events:
        assert event["ph"] in SPANS | {"M"}
        assert {"name", "pid", "tid"} <= set(event)
        assert event["ph"] == "M" or event["ts"] >= 0
        assert event["ph"] != "X" or event["dur"] >= 0
        assert event["ph"] not in {"b", "e", "s", "f"} or {"id", "cat"} <= set(event)
    assert [track for track, spans in tracks(events).items() if not is_nested(spans)] == []


@given(cases(TARGETS["depot"]))
def test_what_begins_ends_and_every_arrow_has_two_ends_in_slices(case: Case) -> None:
    events = events_of(case)
    slices = tracks(events)
    for begins, ends in (("b", "e"), ("s", "f")):
        first = {(e["cat"], e["id"]): e for e in events if e["ph"] == begins}
        last = {(e["cat"], e["id"]): e for e in events if e["ph"] == ends}
        assert list(first) == list(last)
        assert all(first[key]["ts"] <= last[key]["ts"] for key in first)
    for event in events:
        if event["ph"] in {"s", "f"}:
            spans = slices[event["pid"], event["tid"]]
            assert any(begin <= event["ts"] <= end for begin, end in spans)


def test_a_trace_tells_of_tasks_cpus_operations_faults_switches_and_the_finding() -> None:
    events = events_of(case_of(LOST))
    names = [e["args"]["name"] for e in events if e["ph"] == "M"]
    assert names == ["tasks", "CPUs", "A (CPU 0)", "B (CPU 1)", "CPU 0", "CPU 1"]
    operations = [(e["name"], e["args"]) for e in events if e.get("cat") == "operation"]
    assert ("add amount=2", {"answer": "ENOMEM"}) in operations
    instants = [(e["cat"], e["s"], e["name"]) for e in events if e["ph"] == "i"]
    assert instants == [
        ("switch", "t", "switch to B before counter.write"),
        ("fault", "t", "FAULT counter.note ENOMEM"),
        ("finding", "g", "an update of the counter is lost"),
    ]
    assert [(e["ph"], e["tid"]) for e in events if e["ph"] in {"s", "f"}] == [("s", 1), ("f", 2)]


def test_locks_are_asynchronous_slices() -> None:
    text = "target depot\nkernel 1\ntask A\n  move way=out\ntask B\n  move way=back\n"
    events = events_of(case_of(text + "switch A van.lock#1 B\n"))
    held = [(e["ph"], e["name"], e.get("args")) for e in events if e.get("cat") == "lock"]
    assert held == [
        ("b", "shelf", {"holder": "A", "shared": False}),
        ("e", "shelf", None),
        ("b", "van", {"holder": "B", "shared": False}),
        ("e", "van", None),
    ]
