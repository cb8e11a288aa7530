"""Kinship: identities under which one bug shows itself, in runs that are close to each other.

A race that is seen in one run is the missing name in another: no run has both, but the same
program has, with the same faults. So small cases are run in other interleavings, and with one more
operation.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from fuzz.people.triage.primary import primary_of
from fuzz.program.case import Schedule
from fuzz.program.execute import execute
from fuzz.program.operation import draw_operation
from fuzz.values.choices import Choices
from fuzz.world.schedule.by_name import STRATEGY_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.case import Case
    from fuzz.program.target import Target

VARIATIONS: Final = 60
"""Runs for each identity, half of them of either kind; its table of kernels takes more."""
TIMES: Final = 2
"""How often one has to show another for the two to be one bug, if the other never shows it."""
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
            times = shown[one][other]
            if times >= TIMES or (times and shown[other][one]):
                new, old = sorted((heads[one], heads[other]), key=list(smallest).index)
                heads = {name: new if head == old else head for name, head in heads.items()}
    return heads


def relatives(smallest: Smallest) -> Counter[str]:
    """Count the signatures of what variations of a case are about."""
    choices = Choices(len(smallest.case.programs))
    found: Counter[str] = Counter()
    for number in range(VARIATIONS):
        vary = redrawn if number % 2 else partial(extended, smallest.target)
        finding = primary_of(execute(smallest.target, vary(smallest.case, choices)).findings)
        if finding is not None:
            found[finding.signature] += 1
    return found


def extended(target: Target, case: Case, choices: Choices) -> Case:
    """Insert an operation before or after others, or at the end of a task."""
    number = choices.below(len(case.programs))
    program = case.programs[number]
    at = choices.below(len(program.operations) + 1)
    used = [operation for each in case.programs for operation in each.operations]
    new = draw_operation(choices.one_of(target.operations), choices, used)
    longer = replace(program, operations=(*program.operations[:at], new, *program.operations[at:]))
    programs = (*case.programs[:number], longer, *case.programs[number + 1 :])
    return replace(case, programs=programs)


def redrawn(case: Case, choices: Choices) -> Case:
    """Leave the order to a strategy, with a new seed; faults stay where they are anchored."""
    steps = max(STEPS_MIN, STEPS_AN_OPERATION * case.size)
    name = choices.one_of(STRATEGY_NAMES)
    seed = choices.seed_for_child()
    kept = case.switches[: choices.below(len(case.switches) + 1)]
    return replace(case, switches=kept, schedule=Schedule(name, seed, steps=steps))
