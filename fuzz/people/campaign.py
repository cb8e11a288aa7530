"""A campaign: workers search; what they find is shrunk, explained and kept while they go on."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Protocol

from fuzz.keep.corpus import Corpus
from fuzz.keep.crashes import Crash, Stored, crash_folder, store_crash
from fuzz.people.report import report_markdown
from fuzz.program.case import bare
from fuzz.program.execute import execute
from fuzz.program.reading import CaseError
from fuzz.program.text import case_text, parse_case
from fuzz.search.job import Job
from fuzz.search.shrink.cost import Costs
from fuzz.search.shrink.shrink import shrink
from fuzz.search.supervisor import Supervisor, Totals

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.search.job import Found
    from fuzz.values.finding import Finding

SHRINK_RUNS: Final = 1500
"""Runs spent on one finding; most need a third, and the search goes on meanwhile."""
SHRINK_RUNS_AT_END: Final = 400
"""The same, once the search is over and somebody waits."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to search, and until when."""

    target: Target
    kernel: str
    settings: dict[str, str]
    signals: tuple[str, ...]
    seed: int
    seconds: float
    """0 for no limit."""
    runs: int
    """0 for no limit."""
    slice_runs: int
    """Runs of one worker process, after which the next one takes over."""
    until: str
    """The kind of finding that ends the search; empty for none."""
    corpus: Path | None
    crashes: Path


@dataclass(frozen=True, slots=True)
class Kept:
    """A finding that was shrunk and stored."""

    finding: Finding
    case: Case
    report: str
    stored: Stored
    folder: Path
    runs: int
    """Runs of the search before it was found."""
    seconds: float
    shrinking_runs: int


class Audience(Protocol):
    """Sees a campaign."""

    def progressed(self, total: Totals, findings: int) -> None:
        """Learn how far it has come."""
        ...

    def kept(self, kept: Kept) -> None:
        """Learn of a stored finding."""
        ...

    def said(self, text: str) -> None:
        """Learn of something out of the ordinary."""
        ...


class Campaign:
    """One search, from its first run to its last stored finding."""

    def __init__(self, plan: Plan, audience: Audience) -> None:
        """Prepare; nothing runs yet."""
        self._plan = plan
        self._audience = audience
        self._waiting: deque[tuple[Found, int, float]] = deque()
        self._corpus = Corpus(plan.corpus) if plan.corpus else None
        self.findings: list[Kept] = []
        self.totals = Totals()
        self._supervisor: Supervisor | None = None

    @property
    def reached(self) -> bool:
        """Whether a finding of the kind that was waited for is stored."""
        return any(kept.finding.kind == self._plan.until for kept in self.findings)

    def stop(self) -> None:
        """End the search soon; what was found is still kept. Safe in a signal handler."""
        if self._supervisor:
            self._supervisor.stop()

    def abandon(self) -> None:
        """End the worker at once, for a process that is about to die itself."""
        if self._supervisor:
            self._supervisor.abandon()

    def run(self) -> None:
        """Search; raises KeepError when something cannot be stored, after the workers have ended."""
        with TemporaryDirectory(prefix="swapstorm-") as work:
            supervisor = self._supervise(Path(work))
            try:
                supervisor.run(self._between)
                while self._waiting:
                    self._keep_next(SHRINK_RUNS_AT_END)
            finally:
                self.totals = supervisor.totals
                self._keep_corpus(Path(work))

    def progressed(self, total: Totals) -> None:
        """Pass on how far the workers have come."""
        self._audience.progressed(total, len(self.findings) + len(self._waiting))

    def found(self, message: Found, runs: int) -> None:
        """Queue a finding for shrinking."""
        assert self._supervisor, "workers report to a supervisor"
        self._waiting.append((message, runs, self._supervisor.totals.seconds))

    def restarted(self, reason: str) -> None:
        """Pass on that a worker was replaced."""
        self._audience.said(f"{reason}; another one goes on")

    def _supervise(self, work: Path) -> Supervisor:
        plan = self._plan
        inputs = work / "inputs"
        inputs.mkdir()
        for number, text in enumerate(self._corpus or ()):
            (inputs / f"seed-{number:06}").write_text(text)
        if self._corpus:
            for note in self._corpus.notes:
                self._audience.said(note)
        job = Job(
            target=plan.target.name,
            kernel=plan.kernel,
            settings=plan.settings,
            seed=plan.seed,
            runs=plan.slice_runs,
            signals=plan.signals,
            corpus=str(inputs),
            spool=str(work / "spool"),
        )
        log = work / "workers.log"
        self._supervisor = Supervisor(job, self, seconds=plan.seconds, runs=plan.runs, log=log)
        return self._supervisor

    def _between(self) -> None:
        if self._waiting:
            self._keep_next(SHRINK_RUNS)
        if self._plan.until and self.reached:
            self.stop()

    def _keep_next(self, runs: int) -> None:
        message, found_after, seconds = self._waiting.popleft()
        text = Path(message.file).read_text(encoding="utf-8")
        target = self._plan.target
        case = parse_case(text, {target.name: target})
        shrunk = shrink(target, case, (message.kind, message.place), budget=runs)
        finding = next(
            finding
            for finding in shrunk.outcome.findings
            if finding.identity == (message.kind, message.place)
        )
        report = report_markdown(target, shrunk.case, shrunk.outcome, finding)
        crash = Crash(finding.signature, case_text(shrunk.case), text, report)
        kept = Kept(
            finding=finding,
            case=shrunk.case,
            report=report,
            stored=store_crash(self._plan.crashes, crash, partial(self._better, shrunk.case)),
            folder=crash_folder(self._plan.crashes, finding.signature).path,
            runs=found_after,
            seconds=seconds,
            shrinking_runs=shrunk.executions,
        )
        self.findings.append(kept)
        self._audience.kept(kept)

    def _better(self, case: Case, known: bytes) -> bool:
        """Whether a case is smaller than the stored one; one that no longer parses is replaced."""
        target = self._plan.target
        try:
            stored = parse_case(known, {target.name: target})
        except CaseError:
            return True
        if stored.kernel != case.kernel or not execute(target, stored).findings:
            return False
        costs = Costs()
        return costs.of(case) < costs.of(bare(stored))

    def _keep_corpus(self, work: Path) -> None:
        """Add to the corpus what brought something new."""
        if self._corpus is not None:
            for file in sorted((work / "spool" / "kept").glob("*.case")):
                self._corpus.add(file.read_text(encoding="utf-8"))
