"""Plainer faults and switches: earlier visits, the first kind of failure, a switch that says less.

`#1` says more to a reader than `#7`; the text decides between places that are equally good.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.search.shrink.moments import reanchored
from fuzz.search.shrink.repair import with_a_switch_moved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts
    from fuzz.values.anchor import Anchor

DISTANCE: Final = 2
"""How many points of its task a switch is moved."""


def simplify_anchors(attempts: Attempts) -> None:
    """Simplify any fault or switch, until none can be simplified."""
    while (
        attempts.any_of(_lowered(attempts.case))
        or attempts.any_of(_with_another_outcome(attempts))
        or attempts.any_of(with_a_switch_moved(attempts.case, attempts.outcome.trace, DISTANCE))
    ):
        pass


def _lowered(case: Case) -> Iterator[Case]:
    """Yield the case with one anchor at an earlier visit."""
    for anchor in [anchored.at for anchored in (*case.faults, *case.switches)]:
        for visit in dict.fromkeys((1, anchor.visit // 2, anchor.visit - 1)):
            if 0 < visit < anchor.visit:
                yield _moved(case, anchor, replace(anchor, visit=visit))


def _moved(case: Case, old: Anchor, new: Anchor) -> Case:
    return reanchored(case, lambda at: new if at == old else at)


def _with_another_outcome(attempts: Attempts) -> Iterator[Case]:
    """Yield the case with one fault that fails in a way which its point names earlier."""
    case = attempts.case
    outcomes = {point.name: point.faults for point in attempts.target.fault_points}
    for number, fault in enumerate(case.faults):
        for outcome in outcomes[fault.at.point]:
            if outcome == fault.outcome:
                break
            changed = replace(fault, outcome=outcome)
            yield replace(case, faults=(*case.faults[:number], changed, *case.faults[number + 1 :]))
