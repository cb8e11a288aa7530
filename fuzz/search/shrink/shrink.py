"""The smallest case that still shows a finding.

Operations, faults and switches are reduced together, because each holds up the others. Passes run
from the boldest to the finest; once one has improved the case, all begin again, those that make it
plainer when nothing is plainer any more. They end when none can: then no operation, fault or switch
can be cut without losing the finding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from fuzz.search.shrink.aims import aim_elsewhere
from fuzz.search.shrink.alone import do_it_alone
from fuzz.search.shrink.anchors import place_switches, simplify_faults
from fuzz.search.shrink.anew import use_what_is_there
from fuzz.search.shrink.arguments import simplify_arguments
from fuzz.search.shrink.attempts import Attempts
from fuzz.search.shrink.chunks import cut_faults, cut_operations, cut_switches
from fuzz.search.shrink.compensate import cut_and_compensate
from fuzz.search.shrink.configuration import (
    cut_and_reconfigure,
    drop_settings,
    exchange_settings,
)
from fuzz.search.shrink.detours import cut_detours
from fuzz.search.shrink.everything import turn_everything_off
from fuzz.search.shrink.exchange import exchange_work
from fuzz.search.shrink.fewer_switches import find_fewer_switches, thin_out_switches
from fuzz.search.shrink.joint import cut_pairs, cut_single_atoms
from fuzz.search.shrink.kinds import simplify_kinds
from fuzz.search.shrink.later import cut_what_came_later
from fuzz.search.shrink.merging import merge_tasks
from fuzz.search.shrink.names import rename_tasks
from fuzz.search.shrink.orders import order_operations, order_tasks
from fuzz.search.shrink.other_kinds import try_other_kinds
from fuzz.search.shrink.repair import cut_and_repair
from fuzz.search.shrink.tasks import cut_tasks
from fuzz.search.shrink.trade import trade_for_a_fault
from fuzz.search.shrink.two import keep_two

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding

BUDGET: Final = 2000
"""Executions: the toys take 100 to 400 from a hundred operations, and 1,500 at worst."""

Pass = Callable[["Attempts"], None]

CUTS: Final[tuple[Pass, ...]] = (
    turn_everything_off,
    cut_what_came_later,
    cut_tasks,
    cut_operations,
    cut_faults,
    cut_detours,
    cut_switches,
    cut_single_atoms,
    merge_tasks,
    exchange_work,
    thin_out_switches,
)
"""What makes a case smaller, from the boldest on."""

PLAINER: Final[tuple[Pass, ...]] = (
    simplify_faults,
    drop_settings,
    simplify_arguments,
    place_switches,
    rename_tasks,
    order_operations,
    simplify_kinds,
)
"""What makes a case plainer, and seldom makes way for a cut."""

SEARCHES: Final[tuple[Pass, ...]] = (
    keep_two,
    find_fewer_switches,
    cut_and_repair,
    cut_pairs,
    cut_and_reconfigure,
    trade_for_a_fault,
    order_tasks,
    exchange_settings,
    aim_elsewhere,
    cut_and_compensate,
    use_what_is_there,
    try_other_kinds,
    do_it_alone,
)
"""What costs most runs, and wins least often."""


class Listener:
    """Learns how shrinking goes, and may end it; a subclass overrides what it wants to know."""

    def improved(self, case: Case, executions: int) -> None:
        """Learn of each smaller case, materialised, and of the executions so far.

        To shrink it is to go on where it was left, so whoever keeps it can resume.
        """

    def over(self) -> bool:
        """Say, before each execution, whether the smallest case so far shall be the result."""
        return False


class End(Enum):
    """Why shrinking ended."""

    MINIMAL = "every smaller candidate was tried"
    BUDGET = "the executions were used up"
    STOPPED = "it was ended"


@dataclass(frozen=True, slots=True)
class Met:
    """Another finding that some candidate showed: another bug, which nobody has looked into yet."""

    finding: Finding
    case: Case
    """The cheapest that showed it, materialised; it is not shrunk towards this finding."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What shrinking came to."""

    case: Case
    """Materialised: it names every fault and switch. Without comments and expectations."""
    outcome: Outcome
    executions: int
    end: End
    others: tuple[Met, ...]
    """Other findings that were met on the way, the start included, sorted by identity."""

    @property
    def minimal(self) -> bool:
        """Whether every smaller candidate was tried; False when the budget or time ended before."""
        return self.end is End.MINIMAL


def shrink(
    target: Target,
    case: Case,
    identity: tuple[str, str],
    *,
    budget: int = BUDGET,
    listener: Listener | None = None,
) -> Shrunk:
    """Return the smallest case found, in at most `budget` executions, that shows `identity`.

    The case keeps its kernel, and never becomes one that shows another finding only: others are
    told beside it. ValueError when `case` itself does not show `identity`.

    The same arguments give the same result, unless the listener looks at a clock.
    """
    attempts = Attempts(target, case, identity, budget)
    if listener is not None:
        attempts.over = listener.over
        attempts.accepted = lambda: listener.improved(attempts.case, attempts.executions)
    while (
        any(_improves(attempts, one) for one in CUTS)
        or _settles(attempts)
        or any(_improves(attempts, one) for one in SEARCHES)
    ):
        pass
    attempts.replay()
    others = [Met(finding, met) for _, (_, met, finding) in sorted(attempts.met.items())]
    return Shrunk(
        attempts.case, attempts.outcome, attempts.executions, _end(attempts), tuple(others)
    )


def _end(attempts: Attempts) -> End:
    if attempts.stopped:
        return End.STOPPED
    return End.BUDGET if attempts.exhausted else End.MINIMAL


def _settles(attempts: Attempts) -> bool:
    """Make the case as plain as it gets; say whether that has improved it."""
    before = attempts.cost
    while any(_improves(attempts, one) for one in PLAINER):
        pass
    return attempts.cost < before


def _improves(attempts: Attempts, one: Callable[[Attempts], None]) -> bool:
    before = attempts.cost
    one(attempts)
    return attempts.cost < before
