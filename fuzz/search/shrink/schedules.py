"""Schedules that are drawn anew: what a cut broke, another interleaving may repair."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.program.case import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case

DRAWN_MAX: Final = 8
"""Schedules drawn for a candidate: each is an execution, and most cuts need none of them."""

STRATEGIES: Final = ("pos", "walk")
"""Taken in turn: partial-order sampling finds races, a walk finds what needs many switches."""


def redrawn(case: Case, count: int = DRAWN_MAX) -> Iterator[Case]:
    """Yield the case with freshly drawn schedules instead of its switches."""
    for seed in range(count):
        schedule = Schedule(STRATEGIES[seed % len(STRATEGIES)], seed)
        yield replace(case, switches=(), schedule=schedule)
