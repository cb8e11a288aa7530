"""Suspects: whose doing a finding is, found out by running its case again without some bugs.

A bug *closes* a finding when that is gone without the bug.
That alone would blame too many: to take a bug out also shifts what comes after it.
So the bugs that are to blame are, of those that close it, the ones with which alone it remains;
where none is enough by itself, the pairs that are.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final, Protocol

from fuzz.people.asking import refused
from fuzz.program.execute import execute, materialised
from fuzz.program.ground_truth import KnowsItsBugs
from fuzz.program.target import Target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome

TOGETHER_MAX: Final = 2
"""So many bugs may be needed for one finding; three that meet are three findings as a rule."""


UNCOVERED_MAX: Final = 5
"""Rounds of taking out bugs; one that was hidden behind another one comes to light in the next."""


class MeasuredTarget(Target, KnowsItsBugs, Protocol):
    """A target that knows its bugs."""


class Suspects:
    """Runs cases of a target again; a case is given materialised."""

    def __init__(self, target: MeasuredTarget) -> None:
        """Nothing runs yet."""
        self._target = target
        self._entangled: dict[tuple[str, frozenset[tuple[str, str]]], dict[str, frozenset[str]]]
        self._entangled = {}
        self.runs = 0

    def without(self, case: Case, names: Collection[str]) -> Outcome | None:
        """Run a case with bugs taken out; None where no kernel is like that."""
        settings = self._target.without_bugs(dict(case.settings), names)
        other = replace(case, settings=tuple(settings.items()))
        if refused(self._target, other):
            return None
        self.runs += 1
        return execute(self._target, other)

    def closes(self, case: Case, signature: str, names: Collection[str]) -> bool:
        """Whether a finding is gone when bugs are taken out."""
        outcome = self.without(case, names)
        return outcome is not None and not shows(outcome, signature)

    def shown(self, case: Case, outcome: Outcome, name: str) -> bool:
        """Whether what a case came to has a finding that is the doing of a bug."""
        again = replace(materialised(case, outcome), expectations=(), comments=())
        bugs = sorted(self._target.bugs_of(case.kernel, dict(case.settings)))
        return any(
            name in self.blamed(again, signature, names)
            for signature in dict.fromkeys(finding.signature for finding in outcome.findings)
            if self.closes(again, signature, [name])
            for names in ([name], bugs)
        )

    def blamed(self, case: Case, signature: str, names: Iterable[str]) -> frozenset[str]:
        """Return which of `names` a finding is the doing of."""
        closers = [name for name in names if self.closes(case, signature, [name])]
        for count in range(1, TOGETHER_MAX + 1):
            enough = [
                group
                for group in combinations(closers, count)
                if self._suffice(case, signature, group)
            ]
            if enough:
                return frozenset(name for group in enough for name in group)
        return frozenset()

    def _suffice(self, case: Case, signature: str, names: tuple[str, ...]) -> bool:
        """Whether a finding is still there when all bugs but some are taken out."""
        settings = dict(case.settings)
        kept = frozenset(names).union(*(self._with(case.kernel, settings)[n] for n in names))
        others = self._others(case.kernel, settings, kept)
        outcome = self.without(case, others) if others else execute(self._target, case)
        return outcome is not None and shows(outcome, signature)

    def _others(self, kernel: str, settings: Mapping[str, str], kept: frozenset[str]) -> list[str]:
        """Return the bugs of a kernel but some, and those that come to light without them.

        A bug that it does not have, or that goes with one that is kept, is left alone: what mends
        it would mend what is kept.
        """
        others = self._target.bugs_of(kernel, settings) - kept
        for _ in range(UNCOVERED_MAX):
            left = self._bugs_without(kernel, settings, others)
            apart = {
                name
                for name in left - kept
                if left & kept <= self._bugs_without(kernel, settings, others | {name})
            }
            if not apart:
                break
            others |= apart
        return sorted(others)

    def _with(self, kernel: str, settings: Mapping[str, str]) -> dict[str, frozenset[str]]:
        """Return for each bug of a kernel those that cannot be taken out without it."""
        key = kernel, frozenset(settings.items())
        if key not in self._entangled:
            bugs = self._target.bugs_of(kernel, settings)
            left = {name: self._bugs_without(kernel, settings, {name}) for name in bugs}
            self._entangled[key] = {
                name: frozenset(other for other in bugs if name not in left[other]) for name in bugs
            }
        return self._entangled[key]

    def _bugs_without(
        self, kernel: str, settings: Mapping[str, str], names: Collection[str]
    ) -> frozenset[str]:
        """Return the bugs of a kernel without some of them; none where there is no such kernel."""
        try:
            return self._target.bugs_of(kernel, self._target.without_bugs(settings, sorted(names)))
        except ValueError:
            return frozenset()


def shows(outcome: Outcome, signature: str) -> bool:
    """Whether a run shows a finding with this identity."""
    return any(finding.signature == signature for finding in outcome.findings)
