"""Filing: a finding becomes a crash folder, at once as it was found, later as it was shrunk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fuzz.keep.crashes import Crash, Stored, crash_folder, store_crash
from fuzz.people.reports.explain import explain
from fuzz.people.reports.html.page import report_html
from fuzz.people.reports.markdown.document import report_markdown
from fuzz.program.case import bare
from fuzz.program.demonstrate import demonstrate
from fuzz.program.execute import execute
from fuzz.program.reading import CaseError
from fuzz.program.text import case_text, parse_case
from fuzz.search.shrink.cost import Costs

if TYPE_CHECKING:
    from pathlib import Path

    from fuzz.people.reports.report import Report
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.search.supervisor import Totals
    from fuzz.values.finding import Finding


@dataclass(frozen=True, slots=True)
class Kept:
    """A finding, and what is stored of it."""

    finding: Finding
    first: Case
    """The case that it was found with."""
    case: Case
    """The smallest case so far."""
    report: str
    stored: Stored
    folder: Path
    runs: int
    """Runs of the search until it was found."""
    seconds: float
    shrinking_runs: int = 0


def keep(
    target: Target, crashes: Path, case: Case, identity: tuple[str, str], total: Totals
) -> Kept:
    """Store what a case shows; `total` says how far the search had come. KeepError on failure."""
    finding, report = _explained(target, case, identity)
    return Kept(
        finding=finding,
        first=case,
        case=case,
        report=report_markdown(report),
        stored=_store(target, crashes, finding, (case, case), report),
        folder=crash_folder(crashes, finding.signature).path,
        runs=total.runs,
        seconds=total.seconds,
    )


def improve(kept: Kept, target: Target, smaller: Case, spent: int) -> Kept:
    """Store the smaller case that shrinking came to in `spent` runs. KeepError on failure."""
    finding, report = _explained(target, smaller, kept.finding.identity)
    stored = _store(target, kept.folder.parent, finding, (smaller, kept.first), report)
    if kept.stored is Stored.NEW or stored is Stored.KNOWN:
        stored = kept.stored
    return replace(
        kept,
        finding=finding,
        case=smaller,
        report=report_markdown(report),
        stored=stored,
        shrinking_runs=spent,
    )


def _explained(target: Target, case: Case, identity: tuple[str, str]) -> tuple[Finding, Report]:
    outcome = execute(target, case)
    finding = _shown(outcome, identity)
    assert finding is not None, (
        f"a finding was not met again: {' '.join(identity)}\n{case_text(case)}"
    )
    finding = demonstrate(target, case, finding)
    return finding, explain(target, case, outcome, finding)


def _shown(outcome: Outcome, identity: tuple[str, str]) -> Finding | None:
    return next((one for one in outcome.findings if one.identity == identity), None)


def _store(
    target: Target, crashes: Path, finding: Finding, cases: tuple[Case, Case], report: Report
) -> Stored:
    """Store the smallest and the first case of a finding."""
    smallest, first = cases

    def better(known: bytes) -> bool:
        """Whether the new case should replace the known one."""
        try:
            stored = parse_case(known, {target.name: target})
        except CaseError:
            return True
        if stored.kernel != smallest.kernel:
            return False
        costs = Costs(target)
        if costs.of(smallest) < costs.of(bare(stored)):
            return True
        return _shown(execute(target, stored), finding.identity) is None

    crash = Crash(
        signature=finding.signature,
        minimal=case_text(smallest),
        first=case_text(first),
        report=report_markdown(report),
        page=report_html(report),
    )
    return store_crash(crashes, crash, better)
