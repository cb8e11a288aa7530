"""Filing: a finding becomes a crash folder, at once as it was found, later as it was shrunk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fuzz.keep.crashes import Crash, Stored, crash_folder, is_known, store_crash
from fuzz.people.reports.explain import explain
from fuzz.people.reports.html.page import report_html
from fuzz.people.reports.markdown.document import report_markdown
from fuzz.program.case import bare, expecting
from fuzz.program.demonstrate import demonstrate
from fuzz.program.execute import execute
from fuzz.program.reading import CaseError
from fuzz.program.text import case_text, parse_case
from fuzz.search.shrink.cost import Costs

if TYPE_CHECKING:
    from pathlib import Path

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
    outcome, finding = _demonstrated(target, case, identity)
    return Kept(
        finding=finding,
        first=case,
        case=case,
        stored=_Filing(target, case, outcome, finding).store(crashes, case),
        folder=crash_folder(crashes, finding.signature).path,
        runs=total.runs,
        seconds=total.seconds,
    )


def improve(kept: Kept, target: Target, smaller: Case, spent: int) -> Kept:
    """Store the smaller case that shrinking came to in `spent` runs. KeepError on failure."""
    if smaller == kept.case:
        return replace(kept, shrinking_runs=spent)
    outcome, finding = _demonstrated(target, smaller, kept.finding.identity)
    stored = _Filing(target, smaller, outcome, finding).store(kept.folder.parent, kept.first)
    if kept.stored is Stored.NEW or stored is Stored.KNOWN:
        stored = kept.stored
    return replace(kept, finding=finding, case=smaller, stored=stored, shrinking_runs=spent)


def _demonstrated(target: Target, case: Case, identity: tuple[str, str]) -> tuple[Outcome, Finding]:
    outcome = execute(target, case)
    finding = _shown(outcome, identity)
    assert finding is not None, (
        f"a finding was not met again: {' '.join(identity)}\n{case_text(case)}"
    )
    return outcome, demonstrate(target, case, finding)


def _shown(outcome: Outcome, identity: tuple[str, str]) -> Finding | None:
    return next((one for one in outcome.findings if one.identity == identity), None)


@dataclass(frozen=True, slots=True)
class _Filing:
    """The smallest case of a finding, on its way into a folder."""

    target: Target
    case: Case
    outcome: Outcome
    finding: Finding

    def store(self, crashes: Path, first: Case) -> Stored:
        """Store it with the case that the finding was found with.

        A report takes as long as hundreds of runs: none is made that nobody would read.
        """
        signature = self.finding.signature
        if is_known(crashes, signature, self._is_better):
            return Stored.KNOWN
        report = explain(self.target, self.case, self.outcome, self.finding)
        crash = Crash(
            signature=signature,
            minimal=case_text(expecting(self.case, [self.finding])),
            first=case_text(expecting(first, [self.finding])),
            report=report_markdown(report),
            page=report_html(report),
        )
        return store_crash(crashes, crash, self._is_better)

    def _is_better(self, known: bytes) -> bool:
        """Whether the case should replace a stored one."""
        try:
            stored = parse_case(known, {self.target.name: self.target})
        except CaseError:
            return True
        if stored.kernel != self.case.kernel:
            return False
        costs = Costs(self.target)
        if costs.of(self.case) < costs.of(bare(stored)):
            return True
        return _shown(execute(self.target, stored), self.finding.identity) is None
