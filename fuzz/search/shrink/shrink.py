"""The smallest case that still shows a finding.

Operations, faults and switches are reduced together, because each holds up the others. Passes run
from the boldest to the finest; whenever one improves the case, all begin again. They end when none
can: then no operation, fault or switch can be cut without losing the finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.search.shrink.anchors import simplify_anchors
from fuzz.search.shrink.arguments import simplify_arguments
from fuzz.search.shrink.attempts import Attempts
from fuzz.search.shrink.chunks import cut_faults, cut_operations, cut_switches
from fuzz.search.shrink.configuration import drop_settings
from fuzz.search.shrink.everything import turn_everything_off
from fuzz.search.shrink.exchange import exchange_work
from fuzz.search.shrink.fewer_switches import find_fewer_switches
from fuzz.search.shrink.joint import cut_pairs, cut_single_atoms
from fuzz.search.shrink.merging import merge_tasks
from fuzz.search.shrink.names import rename_tasks
from fuzz.search.shrink.redraw import cut_and_redraw
from fuzz.search.shrink.repair import cut_and_repair
from fuzz.search.shrink.tasks import cut_tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target

BUDGET: Final = 2000
"""Executions: the toys take 100 to 400 from a hundred operations, and 1,500 at worst."""

PASSES: Final[tuple[Callable[[Attempts], None], ...]] = (
    turn_everything_off,
    cut_tasks,
    cut_operations,
    cut_faults,
    cut_switches,
    cut_single_atoms,
    merge_tasks,
    exchange_work,
    simplify_anchors,
    drop_settings,
    simplify_arguments,
    rename_tasks,
    find_fewer_switches,
    cut_and_repair,
    cut_and_redraw,
    cut_pairs,
)
"""From the boldest to the finest."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What shrinking came to."""

    case: Case
    """Materialised: it names every fault and switch. Without comments and expectations."""
    outcome: Outcome
    executions: int
    minimal: bool
    """Whether every smaller candidate was tried; False when the budget ended before."""


def shrink(
    target: Target,
    case: Case,
    identity: tuple[str, str],
    *,
    budget: int = BUDGET,
    progress: Callable[[Case, int], None] | None = None,
) -> Shrunk:
    """Return the smallest case found, in at most `budget` executions, that shows `identity`.

    ValueError when `case` itself does not show it. `progress` is told of each improvement: the
    case and the executions so far. The same arguments give the same result.
    """
    attempts = Attempts(target, case, identity, budget)
    if progress is not None:
        attempts.accepted = lambda: progress(attempts.case, attempts.executions)
    while any(_improves(attempts, one) for one in PASSES):
        pass
    attempts.replay()
    return Shrunk(attempts.case, attempts.outcome, attempts.executions, not attempts.exhausted)


def _improves(attempts: Attempts, one: Callable[[Attempts], None]) -> bool:
    before = attempts.cost
    one(attempts)
    return attempts.cost < before
