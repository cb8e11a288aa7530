"""Filing: a finding becomes a crash folder, at once as it was found, later as it was shrunk.

How reliable it is, is measured once it was shrunk: that takes as long as a report, and what is
stored at once must be stored at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from fuzz.keep.crashes import Crash, Stored, Worth, crash_folder, is_known, store_crash
from fuzz.people.catalogue import Catalogue
from fuzz.people.reliability import FreshProcesses
from fuzz.people.reports.explain import explain
from fuzz.people.reports.facts import facts_text, reliability_in
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

    from fuzz.keep.crashes import CrashFolder
    from fuzz.people.reliability import Reliability
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
        stored=Filing(target, case, outcome, finding).store(crashes, case),
        folder=crash_folder(crashes, finding.signature).path,
        runs=total.runs,
        seconds=total.seconds,
    )


def improve(
    kept: Kept, target: Target, smaller: Case, spent: int, fresh: FreshProcesses | None = None
) -> Kept:
    """Store the case that shrinking came to in `spent` runs, and how often it comes again.

    By default, an installed target is found by fresh processes of its own; of another one nothing
    is measured. KeepError on failure.
    """
    if fresh is None and (name := installed_as(target)):
        with FreshProcesses(name) as own:
            return improve(kept, target, smaller, spent, own)
    if smaller == kept.case and (fresh is None or kept.stored is Stored.KNOWN):
        return replace(kept, shrinking_runs=spent)
    outcome, finding = _demonstrated(target, smaller, kept.finding.identity)
    filing = Filing(target, smaller, outcome, finding, fresh)
    stored = filing.store(kept.folder.parent, kept.first)
    if kept.stored is Stored.NEW or stored is Stored.KNOWN:
        stored = kept.stored
    return replace(kept, finding=finding, case=smaller, stored=stored, shrinking_runs=spent)


def installed_as(target: Target) -> str:
    """Return the name by which others find a target; nothing when it is not installed."""
    known = Catalogue()
    return target.name if target.name in known and known[target.name] is target else ""


def _demonstrated(target: Target, case: Case, identity: tuple[str, str]) -> tuple[Outcome, Finding]:
    outcome = execute(target, case)
    finding = finding_of(outcome, identity)
    assert finding is not None, (
        f"a finding was not met again: {' '.join(identity)}\n{case_text(case)}"
    )
    return outcome, demonstrate(target, case, finding)


def finding_of(outcome: Outcome, identity: tuple[str, str]) -> Finding | None:
    """Return the finding with an identity, if a run shows it."""
    return next((one for one in outcome.findings if one.identity == identity), None)


@dataclass(frozen=True, slots=True)
class Filing:
    """The smallest case of a finding, which its outcome shows, on its way into a folder."""

    target: Target
    case: Case
    outcome: Outcome
    finding: Finding
    fresh: FreshProcesses | None = None
    """None when nothing is to be measured."""

    def store(self, crashes: Path, first: Case) -> Stored:
        """Store it with the case that the finding was found with.

        A report takes as long as hundreds of runs: none is made that nobody would read.
        """
        signature = self.finding.signature
        compare = partial(self.compare, crash_folder(crashes, signature))
        if is_known(crashes, signature, compare):
            return Stored.KNOWN
        return store_crash(crashes, self.crash(first), compare)

    def crash(self, first: Case) -> Crash:
        """Write everything that is stored."""
        report = explain(self.target, self.case, self.outcome, self.finding)
        if self.fresh is not None:
            report = replace(report, reliability=self._reliability(self.fresh))
        return Crash(
            signature=self.finding.signature,
            minimal=case_text(expecting(self.case, [self.finding])),
            first=case_text(expecting(first, [self.finding])),
            report=report_markdown(report),
            page=report_html(report),
            facts=facts_text(report, self.case, self.finding),
        )

    def compare(self, folder: CrashFolder, known: str) -> Worth:
        """Say what the case is worth beside the one that is stored in a folder.

        One that shows the finding beats one that no longer does; of two that do, the one that the
        shrinker would keep. The same case is stored once more with what was measured of it.
        """
        stored = self._read(known)
        if stored is None:
            return Worth.BESIDE
        costs = Costs(self.target)
        mine, theirs = costs.of(self.case), costs.of(bare(stored))
        is_same = mine == theirs and self.fresh is not None
        if (is_same and reliability_in(folder, self.case) is None) or mine < theirs:
            return Worth.BETTER
        gone = finding_of(execute(self.target, stored), self.finding.identity) is None
        return Worth.BETTER if gone else Worth.NO_BETTER

    def is_same(self, known: str) -> bool:
        """Whether a stored case is this one."""
        stored = self._read(known)
        return stored is not None and bare(stored) == bare(self.case)

    def _read(self, known: str) -> Case | None:
        try:
            return parse_case(known, {self.target.name: self.target})
        except CaseError:
            return None

    def _reliability(self, fresh: FreshProcesses) -> Reliability:
        measured = fresh.reliability(self.case, self.outcome)
        assert measured.reproduced == measured.processes, (
            f"same case, same outcome: {measured.sentence}\n{case_text(self.case)}"
        )
        return measured
