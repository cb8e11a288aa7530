"""Affected kernels: of all that a target models, which show a finding, from which on, until which.

Nothing is inferred: each kernel was run. One that did not come to all faults and switches of the
case says nothing, since another case may show it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from fuzz.people.asking import DESIGN
from fuzz.people.reports.matrix import shows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.people.reports.matrix import Matrix
    from fuzz.program.case import Case
    from fuzz.values.finding import Finding

SHOWS: Final = "shows"
CLEAN: Final = "clean"
UNKNOWN: Final = "unknown"
"""The run never came to all faults and switches of the case."""
IMPOSSIBLE: Final = "impossible"
"""The kernel cannot be configured as the case wants it."""


@dataclass(frozen=True, slots=True)
class Affected:
    """What each kernel shows of a finding, with the design of its case."""

    design: str
    """Empty when the target has no designs."""
    kernels: tuple[tuple[str, str], ...]
    """Each kernel, oldest first, with one of the four words above."""

    @property
    def first_bad(self) -> str:
        """The oldest kernel that shows it; empty when none does."""
        return next(self._that(SHOWS), "")

    @property
    def last_bad(self) -> str:
        """The newest kernel that shows it; empty when none does."""
        return (list(self._that(SHOWS)) or [""])[-1]

    @property
    def last_good(self) -> str:
        """The newest kernel before the first bad one that is known to be clean; empty for none."""
        names = [name for name, _ in self.kernels]
        before = names[: names.index(self.first_bad)] if self.first_bad else []
        return ([name for name in self._that(CLEAN) if name in before] or [""])[-1]

    @property
    def first_good(self) -> str:
        """The oldest kernel after the last bad one that is known to be clean; empty for none."""
        names = [name for name, _ in self.kernels]
        after = names[names.index(self.last_bad) + 1 :] if self.last_bad else []
        return next((name for name in self._that(CLEAN) if name in after), "")

    @property
    def ranges(self) -> str:
        """The kernels that show it, in a few words: `4.7 to 4.9`; `none` for none."""
        runs = [
            [name for name, _ in run]
            for word, run in groupby(self.kernels, key=lambda pair: pair[1])
            if word == SHOWS
        ]
        return ", ".join(r[0] if len(r) == 1 else f"{r[0]} to {r[-1]}" for r in runs) or "none"

    def _that(self, word: str) -> Iterator[str]:
        return (name for name, shown in self.kernels if shown == word)


def affected_kernels(matrix: Matrix, case: Case, finding: Finding) -> Affected:
    """Say of each kernel whether it shows a finding of a case, with the case's own design."""
    design = case.setting(DESIGN, matrix.designs[0])
    kernels = tuple((kernel, shown(matrix, kernel, design, finding)) for kernel in matrix.kernels)
    return Affected(design, kernels)


def shown(matrix: Matrix, kernel: str, design: str, finding: Finding) -> str:
    """Say in a word whether a kernel shows a finding under a design."""
    outcome = matrix.outcomes[kernel, design]
    if outcome is None:
        return IMPOSSIBLE
    if shows(outcome, finding):
        return SHOWS
    return UNKNOWN if outcome.unreached else CLEAN
