"""A triage as JUnit XML, for CI servers: a test case a bug, in a suite for each target.

What needs somebody now is a failure; a bug that was known is skipped, with the reason; one that is
gone passes. A file that could not be read is an error. There are no times: a triage has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from fuzz.people.reports.explain import case_lines
from fuzz.people.text import plain
from fuzz.people.triage.forms.words import borders, closed_by, message
from fuzz.people.triage.triaged import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.people.triage.triaged import Group, Triaged

NAME: Final = "swapstorm triage"
UNREADABLE: Final = "unreadable"


def triaged_junit(triaged: Triaged) -> str:
    """Write a triage as one XML document."""
    root = Element("testsuites", name=NAME)
    suites: dict[str, list[Group]] = {}
    for group in triaged.groups:
        suites.setdefault(_suite_of(group), []).append(group)
    for name, groups in sorted(suites.items()):
        suite = _suite(root, name, [_outcome(group) for group in groups])
        for group in groups:
            _add_group(suite, name, group)
    if triaged.notes:
        suite = _suite(root, UNREADABLE, ["error"] * len(triaged.notes))
        for number, note in enumerate(triaged.notes, 1):
            case = SubElement(suite, "testcase", classname=UNREADABLE, name=f"file {number}")
            SubElement(case, "error", type=UNREADABLE, message=plain(note))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.attrib[count]) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite_of(group: Group) -> str:
    return group.members[0].case.target if group.members else "missing"


def _suite(root: Element, name: str, outcomes: Sequence[str]) -> Element:
    return SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(len(outcomes)),
        failures=str(outcomes.count("failure")),
        errors=str(outcomes.count("error")),
        skipped=str(outcomes.count("skipped")),
    )


def _outcome(group: Group) -> str:
    if group.state.fails:
        return "failure"
    return "passed" if group.state is State.FIXED else "skipped"


def _add_group(suite: Element, target: str, group: Group) -> None:
    classname = f"{target}.{group.harm.value}"
    case = SubElement(suite, "testcase", classname=classname, name=plain(group.signature))
    outcome = _outcome(group)
    if outcome != "passed":
        said = SubElement(case, outcome, type=group.state.value, message=plain(message(group)))
        said.text = "\n".join(map(plain, _details(group)))
    paths = [plain(str(member.given.path)) for member in group.members]
    if paths:
        SubElement(case, "system-out").text = "\n".join(paths)


def _details(group: Group) -> list[str]:
    lines = list(group.finding.demonstrated) if group.finding is not None else []
    if group.lives is not None:
        lines += [*borders(group.lives.affected), f"Closed by: {closed_by(group.lives)}."]
    if group.finding is not None:
        lines += ["", *case_lines(group.members[0].case)]
    return lines
