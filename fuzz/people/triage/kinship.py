"""Kinship: identities under which one bug shows itself, in different interleavings of one program.

A race that is seen in one run is the missing name in another: no run has both, but the same
program has, with the same faults. So the schedule of a small case is drawn anew some times. Two
identities are of one bug if the smallest case of each shows the other so: one of them alone might
only be what many bugs come to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fuzz.people.triage.primary import primary_of
from fuzz.program.case import Schedule
from fuzz.program.execute import execute
from fuzz.values.choices import Choices
from fuzz.world.schedule.by_name import STRATEGY_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.case import Case
    from fuzz.program.target import Target

REDRAWS: Final = 60
"""Runs for each identity; as much as its table of kernels takes."""
STEPS_AN_OPERATION: Final = 50
STEPS_MIN: Final = 100


@dataclass(frozen=True, slots=True)
class Smallest:
    """The smallest case of an identity."""

    target: Target
    case: Case


def families(smallest: Mapping[str, Smallest]) -> dict[str, str]:
    """Return for each signature the first one that it is of one bug with, often itself."""
    shown = {signature: relatives(one) for signature, one in smallest.items()}
    heads = {signature: signature for signature in smallest}
    for one in smallest:
        for other in smallest:
            if other in shown[one] and one in shown[other]:
                old, new = heads[other], heads[one]
                heads = {name: new if head == old else head for name, head in heads.items()}
    return heads


def relatives(smallest: Smallest) -> frozenset[str]:
    """Return the signatures of what a case is about in other interleavings."""
    choices = Choices(len(smallest.case.programs))
    cases = [redrawn(smallest.case, choices) for _ in range(REDRAWS)]
    found = (primary_of(execute(smallest.target, case).findings) for case in cases)
    return frozenset(finding.signature for finding in found if finding is not None)


def redrawn(case: Case, choices: Choices) -> Case:
    """Leave the order to a strategy, with a new seed; faults stay where they are anchored."""
    steps = max(STEPS_MIN, STEPS_AN_OPERATION * case.size)
    name = choices.one_of(STRATEGY_NAMES)
    seed = choices.seed_for_child()
    kept = case.switches[: choices.below(len(case.switches) + 1)]
    return replace(case, switches=kept, schedule=Schedule(name, seed, steps=steps))
