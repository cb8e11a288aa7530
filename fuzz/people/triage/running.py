"""Running what was gathered, twice, and choosing of all that a run shows what it is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fuzz.people.asking import refused
from fuzz.people.triage.primary import primary_of
from fuzz.program.case import bare, with_settings
from fuzz.program.execute import execute
from fuzz.search.shrink.cost import Costs

if TYPE_CHECKING:
    from fuzz.people.triage.gathering import Given
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.search.shrink.cost import Cost
    from fuzz.values.finding import Finding


@dataclass(frozen=True, slots=True)
class Rerun:
    """A case that was run again."""

    given: Given
    case: Case
    """As it was run: bare, on the kernel of which it expects a finding, or on its own."""
    expected: tuple[str, str]
    """Kind and place that it expects; empty texts where it says nothing."""
    outcome: Outcome
    flaky: bool
    """Whether the second run was another one: our bug."""

    @property
    def primary(self) -> Finding | None:
        """What it shows; None when it is clean."""
        return primary_of(self.outcome.findings)

    @property
    def wanted(self) -> Finding | None:
        """The finding that it expects, if it shows it; without an expectation, the primary one."""
        kind, place = self.expected
        if not kind:
            return self.primary
        found = (f for f in self.outcome.findings if f.kind == kind and place in ("", f.place))
        return next(found, None)

    @property
    def expected_signature(self) -> str:
        """What it expects, as a signature; empty where it says nothing, or nothing of the place."""
        kind, place = self.expected
        return f"{kind}-{place}" if kind and place else ""

    @property
    def cost(self) -> Cost:
        """The shrinker's order."""
        return Costs(self.given.target).of(self.case)


def rerun(given: Given) -> Rerun:
    """Run a case twice."""
    case, expected = _as_expected(given)
    outcome = execute(given.target, case)
    again = execute(given.target, case)
    return Rerun(given, case, expected, outcome, flaky=outcome.text() != again.text())


def _as_expected(given: Given) -> tuple[Case, tuple[str, str]]:
    """Take the first expectation of a finding, those of the case's own kernel before others."""
    case = given.case
    ranked = sorted(
        (each for each in case.expectations if each.kind),
        key=lambda each: (each.kernel != case.kernel, bool(each.settings)),
    )
    for each in ranked:
        variant = with_settings(replace(bare(case), kernel=each.kernel), each.settings)
        if not refused(given.target, variant):
            return variant, (each.kind, each.place)
    return bare(case), ("", "")
