"""All faults and all switches off at once: most findings need few of them, many need none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.search.shrink.cuts import consider_cut, faults_of, switches_of

if TYPE_CHECKING:
    from fuzz.search.shrink.attempts import Attempts


def turn_everything_off(attempts: Attempts) -> None:
    """Cut all faults and switches, then all of either."""
    faults, switches = faults_of(attempts.case), switches_of(attempts.case)
    for atoms in (faults + switches, faults, switches):
        if consider_cut(attempts, atoms):
            return
