"""A triage as JSON: for programs, and the baseline of the next one. Keys are only ever added."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fuzz.keep.files import one_line
from fuzz.people.reports.facts import affected_facts, closing_facts, size_facts
from fuzz.people.triage.baseline import FORMAT

if TYPE_CHECKING:
    from fuzz.people.triage.running import Rerun
    from fuzz.people.triage.triaged import Group, Triaged


def triaged_json(triaged: Triaged) -> str:
    """Write a triage."""
    words = {
        "format": FORMAT,
        "baseline": triaged.baseline,
        "fails": triaged.fails,
        "groups": [_group(group) for group in triaged.groups],
        "skipped": list(triaged.notes),
    }
    return json.dumps(words, indent=2) + "\n"


def _group(group: Group) -> dict[str, Any]:
    lives = group.lives
    return {
        "signature": group.signature,
        "also": list(group.also),
        "kind": group.kind,
        "place": group.place,
        "harm": group.harm.value,
        "state": group.state.value,
        "title": group.title,
        "demonstrated": list(group.finding.demonstrated) if group.finding is not None else [],
        "affected": affected_facts(lives.affected) if lives is not None else None,
        "closing": closing_facts(lives.closing) if lives is not None else None,
        "cases": [_case(member) for member in group.members],
    }


def _case(member: Rerun) -> dict[str, Any]:
    return {
        "path": one_line(member.given.path),
        "target": member.case.target,
        "kernel": member.case.kernel,
        "expected": member.expected_signature,
        "shows": [finding.signature for finding in member.outcome.findings],
        "reproduced": member.wanted is not None,
        "flaky": member.flaky,
        "digest": member.outcome.digest,
        "size": size_facts(member.case),
    }
