"""Atoms of all parts together: what one part holds up, another may let go.

When neither sweep succeeds, the case is 1-minimal and 2-minimal: without any one atom, or any two,
the finding is gone.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from fuzz.search.shrink.cuts import atoms_of, consider_cut

if TYPE_CHECKING:
    from fuzz.search.shrink.attempts import Attempts

PAIRS_ATOMS_MAX: Final = 12
"""Atoms of which pairs are tried: more are too many pairs, and are not the end anyway."""


def cut_single_atoms(attempts: Attempts) -> None:
    """Cut any one atom, until none can be cut."""
    while _cut_any(attempts, 1):
        pass


def cut_pairs(attempts: Attempts) -> None:
    """Cut any two atoms together, until no two can be cut."""
    while len(atoms_of(attempts.case)) <= PAIRS_ATOMS_MAX and _cut_any(attempts, 2):
        pass


def _cut_any(attempts: Attempts, count: int) -> bool:
    together = combinations(reversed(atoms_of(attempts.case)), count)
    return any(consider_cut(attempts, atoms) for atoms in together)
