"""Comparisons as data: what the cases showed and cost, added up for each variant."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from fuzz.people.comparisons.lock_meter import LockCost, LockMeter
from fuzz.program.demonstrate import demonstrate
from fuzz.program.execute import Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fuzz.people.comparisons.variant import Variant
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.values.finding import Harm

PEAK: Final = "_peak"
"""How a counter's name ends of which the highest value says something, too."""


@dataclass(slots=True)
class Column:
    """All cases of a set under one variant."""

    variant: Variant
    ran: int = 0
    clean: int = 0
    """Cases that came to all that they wanted to come to, and broke no promise."""
    unreached: int = 0
    """Cases with faults or switches that no visit came to."""
    cut_short: int = 0
    """Cases whose operations were not all answered: the machine stopped, or hung."""
    harms: Counter[Harm] = field(default_factory=Counter)
    """For each harm, how many cases did it: the worst that could be demonstrated."""
    kinds: Counter[tuple[Harm, str]] = field(default_factory=Counter)
    """The same, by the kind of what did it."""
    steps: int = 0
    counters: Counter[str] = field(default_factory=Counter)
    """What was counted, added up over the cases."""
    peaks: Counter[str] = field(default_factory=Counter)
    """For each counter of a peak, the highest of all cases."""
    locks: dict[str, LockCost] = field(default_factory=dict)
    impossible: Counter[str] = field(default_factory=Counter)
    """Cases that cannot be run so, by the sentence that says why."""

    def add(self, case: Case, outcome: Outcome, locks: Mapping[str, LockCost]) -> None:
        """Count one run."""
        findings = outcome.findings
        self.ran += 1
        self.clean += not findings and not outcome.unreached
        self.unreached += bool(outcome.unreached)
        self.cut_short += len(outcome.answers) < case.size
        self.harms.update({finding.harm for finding in findings})
        self.kinds.update({(finding.harm, finding.kind) for finding in findings})
        self.steps += outcome.steps
        for name, value in outcome.counters.items():
            self.counters[name] += value
            if name.endswith(PEAK):
                self.peaks[name] = max(self.peaks[name], value)
        for name, cost in locks.items():
            self.locks[name] = self.locks.get(name, LockCost()) + cost

    @property
    def all_locks(self) -> LockCost:
        """What the locks of all kinds cost together."""
        return sum(self.locks.values(), LockCost())


def compare(
    cases: Iterable[Case], targets: Mapping[str, Target], variants: Sequence[Variant]
) -> list[Column]:
    """Run every case under every variant."""
    columns = [Column(variant) for variant in variants]
    for case in cases:
        for column in columns:
            _run(targets[case.target], case, column)
    return columns


def _run(target: Target, case: Case, column: Column) -> None:
    try:
        varied = column.variant.of(target, case)
    except ValueError as error:
        column.impossible[str(error)] += 1
        return
    run = Run(target, varied, None)
    meter = LockMeter(run.world)
    run.world.attach(meter)
    outcome = run.outcome()
    findings = [demonstrate(target, varied, finding) for finding in outcome.findings]
    column.add(varied, replace(outcome, findings=tuple(findings)), meter.costs())
