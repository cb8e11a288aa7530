"""Schedules of new cases: a strategy, and what it is told of a run that was seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.program.case import Schedule
from fuzz.world.schedule.hints import NO_HINTS, Hints

if TYPE_CHECKING:
    from fuzz.search.recall import Passage
    from fuzz.search.sharing import Sharing
    from fuzz.values.choices import Choices

SURW: Final = "surw"
RFF: Final = "rff"
BLIND: Final = (*("holds", "bursts") * 4, "walk", "sticky", "pos")
"""What is drawn where nothing is known of the run: who stands still while others do something whole
meets most, and the rest finds what that is slow at."""
KINDS_SAMPLED: Final = (1, 1, 1, 1, 2, 2, 3, 3, 0, 0)
"""Of how many kinds of things SURW samples the order of accesses; 0 stands for all.

Bugs that need several objects are never found with one alone.
"""
CONSTRAINTS_MAX: Final = 3
TAKE_PERCENT: Final = 25
"""How many constraints want a pair; the others forbid one."""


def draw_schedule(
    choices: Choices, strategy: str = "", *, after: int = 0, passage: Passage | None = None
) -> Schedule:
    """Draw a seed, and a strategy unless it is given; the first `after` decisions stay.

    `passage` is a run that the new one may resemble: some strategies are told of it.
    """
    strategy = strategy or choices.one_of(BLIND)
    steps = max(1, len(passage.visits) - after) if passage else 60 << choices.below(3)
    hints = _hints(strategy, passage, choices) if passage else NO_HINTS
    return Schedule(strategy, choices.seed_for_child(), after, steps, hints)


def _hints(strategy: str, passage: Passage, choices: Choices) -> Hints:
    if strategy == SURW:
        return _order_of_interest(passage, choices)
    if strategy == RFF:
        hints = NO_HINTS
        for _ in range(1 + choices.below(CONSTRAINTS_MAX)):
            hints = with_constraint(hints, passage, choices)
        return hints
    return NO_HINTS


def _order_of_interest(passage: Passage, choices: Choices) -> Hints:
    """Draw kinds of things, those that are used more often with a greater chance."""
    count = choices.one_of(KINDS_SAMPLED) or len(passage.sharings)
    left = list(passage.sharings)
    chosen = [left.pop(_by_use(left, choices)) for _ in range(min(count, len(left)))]
    counts: dict[str, int] = {}
    for sharing in chosen:
        for task, number in sharing.counts:
            counts[task] = counts.get(task, 0) + number
    points = dict.fromkeys(point for sharing in chosen for point in sharing.points)
    return Hints(among=tuple(points), counts=tuple(counts.items()))


def _by_use(sharings: list[Sharing], choices: Choices) -> int:
    return choices.weighed([sum(count for _, count in one.counts) for one in sharings])


def with_constraint(hints: Hints, passage: Passage, choices: Choices) -> Hints:
    """Add a constraint on a pair that could have met, or turn round the one that there is."""
    shared = [sharing for sharing in passage.sharings if sharing.pairs]
    if not shared:
        return hints
    pair = choices.one_of(choices.one_of(shared).pairs)
    take = tuple(other for other in hints.take if other != pair)
    avoid = tuple(other for other in hints.avoid if other != pair)
    if pair in hints.avoid or (pair not in hints.take and choices.percent(TAKE_PERCENT)):
        return replace(hints, take=(*take, pair), avoid=avoid)
    return replace(hints, take=take, avoid=(*avoid, pair))
