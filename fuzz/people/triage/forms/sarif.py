"""A triage as SARIF 2.1.0, for code scanners and editors.

A result is a bug. Its fingerprint is its identity, so it is the same bug for a scanner whatever
else of its case, its folder or our words changes. The interleaving is its code flow.
Source: Static Analysis Results Interchange Format 2.1.0, OASIS standard of 27 March 2020.
"""

from __future__ import annotations

import json
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fuzz.people.reports.facts import affected_facts, closing_facts
from fuzz.people.triage.forms.flows import code_flow, location, operation_lines
from fuzz.people.triage.forms.words import closed_by, message
from fuzz.people.triage.triaged import State
from fuzz.values.finding import Harm

if TYPE_CHECKING:
    from fuzz.people.triage.triaged import Group, Triaged

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT: Final = "swapstormIdentity/v1"
LINE_HASH: Final = "primaryLocationLineHash"
"""What GitHub knows an alert by; without it, a hash of the line, which shrinking changes."""
LEVELS: Final = {
    **dict.fromkeys((Harm.CRASH, Harm.DATA_LOSS, Harm.CORRUPTION_READ_BACK), "error"),
    **dict.fromkeys((Harm.LEAK, Harm.HANG), "error"),
    Harm.WRONG_REPORT: "warning",
    Harm.LATENT: "note",
}
BASELINE: Final = {
    **dict.fromkeys((State.FIXED, State.MISSING), "absent"),
    **dict.fromkeys((State.NEW, State.REGRESSED), "new"),
    **dict.fromkeys((State.OPEN, State.FLAKY), "unchanged"),
}


def triaged_sarif(triaged: Triaged) -> str:
    """Write a triage as one log with one run."""
    groups = [group for group in triaged.groups if group.members]
    kinds = list(dict.fromkeys(group.kind for group in groups))
    run = {
        "tool": {
            "driver": {
                "name": "Swapstorm",
                "version": version("swapstorm"),
                "rules": [_rule(kind, groups) for kind in kinds],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not any(g.state is State.FLAKY for g in groups),
                "toolExecutionNotifications": [
                    {"level": "warning", "message": {"text": note}} for note in triaged.notes
                ],
            }
        ],
        "automationDetails": {"id": "swapstorm/triage/"},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(group, kinds.index(group.kind), compared=bool(triaged.baseline))
            for group in groups
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(kind: str, groups: list[Group]) -> dict[str, Any]:
    """Describe a kind of finding: the promise that it breaks."""
    group = next(group for group in groups if group.kind == kind)
    promises = group.members[0].given.target.promises
    promise = next((promise for promise in promises if promise.kind == kind), None)
    harm = promise.harm if promise is not None else group.harm
    sentence = promise.sentence if promise is not None else f"No run shows {kind}."
    return {
        "id": kind,
        "shortDescription": {"text": sentence},
        "defaultConfiguration": {"level": LEVELS[harm]},
        "properties": {"tags": [harm.value]},
    }


def _result(group: Group, rule: int, *, compared: bool) -> dict[str, Any]:
    shown = group.finding is not None
    uri = uri_of(group.members[0].given.path)
    lives = group.lives
    return {
        "ruleId": group.kind,
        "ruleIndex": rule,
        "kind": "fail" if shown else "pass",
        "level": LEVELS[group.harm] if shown else "none",
        "message": {"text": f"{message(group)}; closed by: {closed_by(lives)}"},
        "locations": [location(uri, _line(group), group.place.split("+") if group.place else [])],
        "partialFingerprints": _fingerprints(group),
        **({"baselineState": BASELINE[group.state]} if compared else {}),
        **({"codeFlows": [code_flow(group.members[0], uri)]} if shown else {}),
        "properties": {
            "harm": group.harm.value,
            "state": group.state.value,
            "also": list(group.also),
            "cases": [uri_of(member.given.path) for member in group.members],
            "affected": affected_facts(lives.affected) if lives is not None else None,
            "closing": closing_facts(lives.closing) if lives is not None else None,
        },
    }


def _fingerprints(group: Group) -> dict[str, str]:
    digest = sha256(f"{group.kind}\n{group.place}".encode()).hexdigest()
    return {FINGERPRINT: digest, LINE_HASH: f"{digest[:16]}:1"}


def _line(group: Group) -> int:
    """Return the line of the operation in which it was found; of the first one at the end."""
    member = group.members[0]
    lines = operation_lines(member.given.text)
    found = group.finding
    task = found.task if found is not None else ""
    numbers = lines.get(task) or next(iter(lines.values()), [1])
    if found is None or task not in lines:
        return numbers[0]
    trace = member.outcome.trace[: found.step]
    begun = sum(one.name == task and point.name == "operation" for one, point, _, _ in trace)
    return numbers[min(max(begun, 1), len(numbers)) - 1]


def uri_of(path: Path) -> str:
    """Write a path as SARIF does: below the current folder, relative to it."""
    try:
        path = path.absolute().relative_to(Path.cwd())
    except ValueError:
        return path.absolute().as_uri()
    return quote(path.as_posix())
