"""What closes a finding, and what it came with: designs, releases, and single changes of them.

Where a target can give a kernel one change by itself, each change between the last kernel that
shows the finding and the first that does not is tried alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fuzz.people.asking import DESIGN, refused
from fuzz.people.reports.matrix import shows
from fuzz.program.execute import execute
from fuzz.program.target import ChangesKernels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.people.reports.matrix import Matrix
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import KernelChange, Target
    from fuzz.values.finding import Finding


@dataclass(frozen=True, slots=True)
class Border:
    """Two neighbouring kernels of which one shows a finding, and what makes the difference."""

    shows: str
    """The kernel that shows it."""
    clean: str
    """The kernel that does not."""
    reached: bool
    """Whether the clean kernel came to all faults and switches of the case."""
    changes: tuple[KernelChange, ...] = ()
    """The changes that make the difference, each of them alone; empty where none is known."""
    together: bool = False
    """Whether none of `changes` makes it alone, but all of them together do."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What is known of how a finding came and went."""

    designs: tuple[str, ...]
    """Designs with which the case's own kernel does not show it."""
    came: Border | None
    """None when the oldest kernel shows it, or none was found clean before the case's own."""
    went: Border | None
    repairs: tuple[KernelChange, ...]
    """Known defects of the case's kernel without which it does not show it."""


def how_it_closes(target: Target, case: Case, finding: Finding, matrix: Matrix) -> Closing:
    """Look for what makes the difference between kernels with the finding and without."""
    designs = tuple(
        design
        for design in matrix.designs
        if design and _closed(matrix.outcomes[case.kernel, design], finding)
    )
    trial = _Trial(target, case, finding)
    came, went = _borders(matrix, case, finding)
    return Closing(
        designs,
        trial.explained(came, opens=True) if came else None,
        trial.explained(went, opens=False) if went else None,
        trial.repairs(),
    )


def _closed(outcome: Outcome | None, finding: Finding) -> bool:
    return outcome is not None and not shows(outcome, finding) and not outcome.unreached


def _borders(matrix: Matrix, case: Case, finding: Finding) -> tuple[Border | None, Border | None]:
    """Find the nearest kernels before and after the case's own that do not show the finding."""
    kernels, here = matrix.kernels, matrix.kernels.index(case.kernel)
    design = case.setting(DESIGN, matrix.designs[0])
    return (
        _border(matrix, kernels[here::-1], design, finding),
        _border(matrix, kernels[here:], design, finding),
    )


def _border(matrix: Matrix, kernels: Sequence[str], design: str, finding: Finding) -> Border | None:
    last = kernels[0]
    for kernel in kernels:
        outcome = matrix.outcomes[kernel, design]
        if outcome is None:
            continue
        if not shows(outcome, finding):
            return Border(last, kernel, not outcome.unreached)
        last = kernel
    return None


class _Trial:
    """Tries changes one by one."""

    def __init__(self, target: Target, case: Case, finding: Finding) -> None:
        self._target = target
        self._case = case
        self._finding = finding

    def explained(self, border: Border, *, opens: bool) -> Border:
        """Say which changes make the difference, if the target can try them."""
        target = self._target
        if not isinstance(target, ChangesKernels) or not border.reached:
            return border
        older, newer = (border.clean, border.shows) if opens else (border.shows, border.clean)
        changes = target.changes(older, newer)
        alone = [change for change in changes if self._shows(older, [change]) is opens]
        if alone:
            return Border(border.shows, border.clean, border.reached, tuple(alone))
        both = self._together(older, changes, wanted=opens)
        return Border(border.shows, border.clean, border.reached, both, together=bool(both))

    def _together(
        self, older: str, changes: Sequence[KernelChange], *, wanted: bool
    ) -> tuple[KernelChange, ...]:
        """Return changes of which all are needed; nothing when not even all of them do it."""
        counts = range(2, len(changes) + 1)
        enough = (changes[:n] for n in counts if self._shows(older, changes[:n]) is wanted)
        needed = list(next(enough, ()))
        for change in needed[-2::-1]:
            fewer = [other for other in needed if other is not change]
            if self._shows(older, fewer) is wanted:
                needed = fewer
        return tuple(needed)

    def repairs(self) -> tuple[KernelChange, ...]:
        """Return the defects of the case's kernel that it takes to show the finding."""
        target, kernel = self._target, self._case.kernel
        if not isinstance(target, ChangesKernels):
            return ()
        return tuple(one for one in target.repairs(kernel) if self._shows(kernel, [one]) is False)

    def _shows(self, kernel: str, changes: Sequence[KernelChange]) -> bool | None:
        """Whether a kernel with some changes shows the finding; None when nothing is known."""
        assert isinstance(self._target, ChangesKernels), "who cannot change kernels is not asked"
        outcome = _outcome(self._target.changed(changes), replace(self._case, kernel=kernel))
        if outcome is None:
            return None
        if shows(outcome, self._finding):
            return True
        return None if outcome.unreached else False


def _outcome(target: Target, case: Case) -> Outcome | None:
    """Run a case on a kernel that never was; None when the target's `check` refuses that kernel.

    What such a kernel raises is a bug of the target like on any other, and is not hidden.
    """
    return None if refused(target, case) else execute(target, case)
