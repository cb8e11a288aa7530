"""Lairs: kernels in which one known bug lives alone, each with a case that shows it there.

Whatever a run shows in a lair and no longer shows without the bug is its doing: the ground truth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from fuzz.people.asking import refused
from fuzz.program.case import bare, with_settings
from fuzz.program.execute import execute, materialised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fuzz.people.bench.suspects import MeasuredTarget
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Lair:
    """A kernel with one bug, or with the few without which it shows nothing."""

    target: MeasuredTarget
    bug: str
    case: Case
    """A case that shows it, on that kernel and with the settings that leave it alone there."""
    company: int
    """How many other bugs are left there."""
    inhabited: tuple[tuple[str, str], ...]
    """Settings of the same kernel with all its bugs, as a user has it."""

    def is_its_doing(self, case: Case, outcome: Outcome) -> bool:
        """Whether nothing that a case, materialised, shows is left when the bug is taken out."""
        settings = self.target.without_bugs(dict(case.settings), [self.bug])
        other = replace(case, settings=tuple(settings.items()))
        if refused(self.target, other):
            return False
        shown = {finding.identity for finding in outcome.findings}
        left = {finding.identity for finding in execute(self.target, other).findings}
        return bool(shown) and not shown & left


def find_lairs(target: MeasuredTarget, known: Iterable[Case]) -> Iterator[Lair]:
    """Yield a lair for each bug that a known case of the target names and shows, by name.

    One in which it is alone, if there is any; else one with the bugs that its case names beside it.
    """
    naming: dict[str, list[tuple[Case, frozenset[str]]]] = {}
    names = frozenset(bug.name for bug in target.bugs)
    for case in known:
        words = {w for e in case.expectations for _, text in e.settings for w in text.split(",")}
        for bug in sorted(names & words):
            naming.setdefault(bug, []).append((case, names & words))
    for bug, cases in sorted(naming.items()):
        alone = [(case, frozenset({bug})) for case, _ in cases]
        tries = (_lair(target, bug, case, kept) for case, kept in (*alone, *cases))
        yield from islice(filter(None, tries), 1)


def _lair(target: MeasuredTarget, bug: str, case: Case, kept: frozenset[str]) -> Lair | None:
    """Return a kernel that shows something in a case, and nothing without the bug, of a few."""
    others = sorted({other.name for other in target.bugs} - kept)
    for expectation in case.expectations:
        if not expectation.kind:
            continue
        variant = with_settings(replace(case, kernel=expectation.kernel), expectation.settings)
        settings = target.without_bugs(dict(variant.settings), others)
        alone = replace(bare(variant), settings=tuple(settings.items()))
        if refused(target, alone):
            continue
        outcome = execute(target, alone)
        lair = Lair(target, bug, materialised(alone, outcome), len(kept) - 1, variant.settings)
        if lair.is_its_doing(lair.case, outcome):
            return lair
    return None
