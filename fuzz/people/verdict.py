"""Verdicts: what a case shows, held against what its `expect` lines say it must show."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fuzz.people.asking import case_on, configuration, refused
from fuzz.people.divergence import diverged, shows
from fuzz.people.errors import UserError
from fuzz.people.words import expected, shown
from fuzz.program.case import BugStatus, bare, with_settings
from fuzz.program.demonstrate import demonstrate
from fuzz.program.execute import execute
from fuzz.values.sanitizers import ALL

if TYPE_CHECKING:
    from fuzz.people.divergence import Divergence
    from fuzz.program.case import Case, Expectation
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding
    from fuzz.values.sanitizers import Sanitizers


@dataclass(frozen=True, slots=True)
class Checked:
    """An expectation, and what the run that it speaks of showed."""

    expectation: Expectation
    case: Case
    """What was run."""
    findings: tuple[Finding, ...]
    divergence: Divergence | None = None
    """Why the finding is not there; None while nobody asked, or it is."""

    @property
    def holds(self) -> bool:
        """Whether it is as expected; findings beside an expected one are allowed.

        Of a bug that is said to be fixed, a run must not show what is expected.
        """
        if not self.expectation.kind:
            return not self.findings
        return shows(self.findings, self.expectation) != self.fixed

    @property
    def open(self) -> bool:
        """Whether it names a finding of a bug that somebody is still to fix."""
        return self.case.status is BugStatus.OPEN and bool(self.expectation.kind)

    @property
    def fixed(self) -> bool:
        """Whether it names a finding that must not come back."""
        return self.case.status is BugStatus.FIXED and bool(self.expectation.kind)

    @property
    def complaint(self) -> str:
        """Say what does not hold, and what to do when it is good news."""
        seen = f"the run shows {shown(self.findings)}"
        if self.fixed:
            return f"{expected(self.expectation)}, status fixed: it is back: {seen}"
        if self.open:
            return f"{expected(self.expectation)}: {seen}; if it is fixed, say 'status fixed'"
        return f"{expected(self.expectation)}: {seen}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case, run and judged."""

    case: Case
    """As it was run: with the kernel and the design that were asked for."""
    outcome: Outcome
    findings: tuple[Finding, ...]
    """Those of the outcome, with the harm that `demonstrated` has shown of them."""
    checked: tuple[Checked, ...]

    @property
    def holds(self) -> bool:
        """Whether every expectation holds or, without one, the run was clean."""
        if self.checked:
            return all(check.holds for check in self.checked)
        return not self.outcome.findings


def judge(
    target: Target,
    case: Case,
    *,
    kernel: str | None = None,
    design: str | None = None,
    sanitizers: Sanitizers = ALL,
) -> Verdict:
    """Run a case, and run it wherever an expectation wants it run.

    When a kernel or a design is asked for, only expectations of that very configuration count.
    """
    asked = case_on(target, case, kernel, design)
    wanted = expected_of(target, case, kernel=kernel, design=design)
    run = partial(execute, target, sanitizers=sanitizers)
    outcome = run(bare(asked))
    checked = tuple(
        Checked(
            e, variant, (outcome if bare(variant) == bare(asked) else run(bare(variant))).findings
        )
        for e, variant in wanted
    )
    return Verdict(asked, outcome, outcome.findings, checked)


def expected_of(
    target: Target, case: Case, *, kernel: str | None = None, design: str | None = None
) -> list[tuple[Expectation, Case]]:
    """List what is expected where, each with the case that it speaks of.

    UserError when a kernel cannot be configured so, or does not exist.
    """
    wanted = [(each, _variant(target, case, each)) for each in case.expectations]
    if kernel is None and design is None:
        return wanted
    here = configuration(target, case_on(target, case, kernel, design))
    return [pair for pair in wanted if configuration(target, pair[1]) == here]


def check(target: Target, expectation: Expectation, variant: Case) -> Checked:
    """Run a case where an expectation wants it run, and hold it against that alone."""
    return Checked(expectation, variant, execute(target, bare(variant)).findings)


def explained(target: Target, verdict: Verdict, sanitizers: Sanitizers = ALL) -> Verdict:
    """Return the verdict with what comes of its findings, and why others are not there."""
    case = verdict.case
    worst = [demonstrate(target, case, finding, sanitizers) for finding in verdict.findings]
    checked = [replace(each, divergence=why_missing(target, each)) for each in verdict.checked]
    return replace(verdict, findings=tuple(worst), checked=tuple(checked))


def why_missing(target: Target, checked: Checked) -> Divergence | None:
    """Say why a finding that is expected is not there; None where none is missing."""
    if checked.holds or checked.fixed or not checked.expectation.kind:
        return None
    return diverged(target, checked.case, checked.expectation)


def _variant(target: Target, case: Case, expectation: Expectation) -> Case:
    variant = with_settings(replace(case, kernel=expectation.kernel), expectation.settings)
    if refusal := refused(target, variant):
        raise UserError(f"'{expected(expectation)}' cannot be run: {refusal}")
    return variant


def as_json(verdict: Verdict, name: str) -> dict[str, Any]:
    """Return what scripts rely on; keys are only ever added."""
    outcome = verdict.outcome
    return {
        "case": name,
        "kernel": verdict.case.kernel,
        "findings": [_finding_json(finding) for finding in verdict.findings],
        "steps": outcome.steps,
        "digest": outcome.digest,
        "settings": dict(verdict.case.settings),
        "counters": dict(sorted(outcome.counters.items())),
        "expectations": [
            {
                "expectation": expected(check.expectation),
                "holds": check.holds,
                "findings": [_finding_json(finding) for finding in check.findings],
                "divergence": asdict(check.divergence) if check.divergence else None,
            }
            for check in verdict.checked
        ],
        "status": verdict.case.status.value if verdict.case.status else None,
        "unreached": [str(anchored) for anchored in outcome.unreached],
        "holds": verdict.holds,
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "place": finding.place,
        "harm": finding.harm.value,
        "title": finding.title,
        "demonstrated": list(finding.demonstrated),
    }
