"""Facts of a finding for programs: JSON whose keys are only ever added."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from fuzz.people.reliability import Reliability
from fuzz.program.case import bare
from fuzz.program.text import case_text

if TYPE_CHECKING:
    from fuzz.keep.crashes import CrashFolder
    from fuzz.people.reports.affected import Affected
    from fuzz.people.reports.closing import Border, Closing
    from fuzz.people.reports.report import Report
    from fuzz.program.case import Case
    from fuzz.program.target import KernelChange
    from fuzz.values.finding import Finding

FORMAT: Final = 1
"""Goes up when a key changes its meaning."""


def facts_text(report: Report, case: Case, finding: Finding) -> str:
    """Write what a crash folder says to programs."""
    facts = {
        "format": FORMAT,
        **finding_facts(finding),
        "target": case.target,
        "kernel": case.kernel,
        "affected": affected_facts(report.affected),
        "closing": closing_facts(report.closing),
        "reliability": reliability_facts(report.reliability),
        "size": size_facts(case),
        "case": _digest(case),
    }
    return json.dumps(facts, indent=2) + "\n"


def finding_facts(finding: Finding) -> dict[str, Any]:
    """Say what was found."""
    return {
        "signature": finding.signature,
        "kind": finding.kind,
        "place": finding.place,
        "harm": finding.harm.value,
        "title": finding.title,
        "demonstrated": list(finding.demonstrated),
    }


def size_facts(case: Case) -> dict[str, int]:
    """Count what a case has."""
    return {
        "tasks": sum(bool(program.operations) for program in case.programs),
        "operations": case.size,
        "faults": len(case.faults),
        "switches": len(case.switches),
    }


def reliability_facts(reliability: Reliability | None) -> dict[str, int] | None:
    """Say how often it was reproduced; nothing while nobody has tried."""
    if reliability is None:
        return None
    return asdict(reliability)


def reliability_in(folder: CrashFolder, case: Case) -> Reliability | None:
    """Return what a crash folder says of how reliable a case is.

    None if it says nothing, or that of another case, such as one that was edited since.
    """
    try:
        facts: Any = json.loads(folder.facts.read_bytes())
        return Reliability(**facts["reliability"]) if facts["case"] == _digest(case) else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _digest(case: Case) -> str:
    """Name a case by what its run depends on."""
    return sha256(case_text(bare(case)).encode()).hexdigest()


def affected_facts(affected: Affected) -> dict[str, Any]:
    """Say which kernels show it; empty text where there is none of a kind."""
    return {
        "design": affected.design,
        "kernels": dict(affected.kernels),
        "last_good": affected.last_good,
        "first_bad": affected.first_bad,
        "last_bad": affected.last_bad,
        "first_good": affected.first_good,
    }


def closing_facts(closing: Closing) -> dict[str, Any]:
    """Say what brings it and what closes it."""
    return {
        "designs": list(closing.designs),
        "brought_by": _border(closing.came),
        "closed_by": _border(closing.went),
        "repaired_by": [_change(change) for change in closing.repairs],
    }


def _border(border: Border | None) -> dict[str, Any] | None:
    if border is None:
        return None
    return {
        "shows": border.shows,
        "clean": border.clean,
        "reached": border.reached,
        "together": border.together,
        "changes": [_change(change) for change in border.changes],
    }


def _change(change: KernelChange) -> dict[str, str]:
    return {"release": change.release, "commit": change.commit, "sentence": change.sentence}
