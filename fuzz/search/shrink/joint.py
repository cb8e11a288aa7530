"""Atoms of all parts together: what one part holds up, another may let go.

When neither sweep succeeds, the case is 1-minimal and 2-minimal: without any one atom, or any two,
the finding is gone.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from fuzz.search.shrink.cuts import atoms_of, consider_cut, cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts

PAIRS_ATOMS_MAX: Final = 16
"""Atoms of which pairs are tried: more are too many pairs, and are not the end anyway."""


def cut_single_atoms(attempts: Attempts) -> None:
    """Cut any one atom, until none can be cut."""
    while any(consider_cut(attempts, [atom]) for atom in reversed(atoms_of(attempts.case))):
        pass


def cut_pairs(attempts: Attempts) -> None:
    """Cut any two atoms together, with the anchors moved along, until no two can be cut."""
    while len(atoms_of(attempts.case)) <= PAIRS_ATOMS_MAX and attempts.any_of(
        _without_two(attempts)
    ):
        pass


def _without_two(attempts: Attempts) -> Iterator[Case]:
    case, trace = attempts.case, attempts.outcome.trace
    for two in combinations(reversed(atoms_of(case)), 2):
        yield next(cut(case, trace, two))
