"""What a case reaches: every signal that a search can have, and what a person can name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.program.case import bare
from fuzz.program.execute import execute
from fuzz.search.feedback import FAULT_PATHS, SIGNALS, STATES, Feedback

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target

POINTS: Final = "points"
OPERATIONS: Final = "operations"
FAULTS: Final = "faults injected"
KERNELS: Final = "kernels"
FINDINGS: Final = "findings"
NAMED: Final = (POINTS, OPERATIONS, FAULTS, KERNELS, FINDINGS)
"""What a person can name of a run."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What one case reaches, or several together."""

    signals: Mapping[str, frozenset[int]]
    """The counters of each signal, by themselves: two signals share no number."""
    named: Mapping[str, frozenset[str]]
    """The things of each of `NAMED`."""

    @property
    def features(self) -> frozenset[tuple[str, int | str]]:
        """Everything, as pairs of a kind and what it is."""
        numbers = {
            (name, number) for name, numbers in self.signals.items() for number in sorted(numbers)
        }
        words = {(name, word) for name, words in self.named.items() for word in sorted(words)}
        return frozenset(numbers | words)


class Surveyor:
    """Runs cases, and says what they reach."""

    def __init__(self) -> None:
        """Use every signal there is."""
        self._all = Feedback(SIGNALS)
        self._each = {signal: Feedback((signal,)) for signal in SIGNALS}

    def reach(self, target: Target, case: Case) -> Reach:
        """Run a case once, on its own kernel."""
        case = bare(case)
        witness = self._all.witness()
        outcome = execute(target, case, guest=witness)
        found = {
            signal: feedback.counters(case, outcome, witness)
            for signal, feedback in self._each.items()
        }
        found[FAULT_PATHS] -= found[STATES]  # the witness of the one sees the other as well
        signals = {signal: frozenset(numbers) for signal, numbers in found.items()}
        return Reach(signals, _named(case, outcome))


def _named(case: Case, outcome: Outcome) -> dict[str, frozenset[str]]:
    words = {operation.word for program in case.programs for operation in program.operations}
    return {
        POINTS: frozenset({point.name for _, point, _, _ in outcome.trace}),
        OPERATIONS: frozenset(words),
        FAULTS: frozenset({f"{fault.at.point} {fault.outcome}" for fault in outcome.faults}),
        KERNELS: frozenset({case.kernel}),
        FINDINGS: frozenset({finding.signature for finding in outcome.findings}),
    }


def joined(reaches: Iterable[Reach]) -> Reach:
    """Put together what several cases reach."""
    signals: dict[str, set[int]] = {signal: set() for signal in SIGNALS}
    named: dict[str, set[str]] = {name: set() for name in NAMED}
    for reach in reaches:
        for signal, numbers in reach.signals.items():
            signals[signal] |= numbers
        for name, words in reach.named.items():
            named[name] |= words
    return Reach(
        {signal: frozenset(numbers) for signal, numbers in signals.items()},
        {name: frozenset(words) for name, words in named.items()},
    )
