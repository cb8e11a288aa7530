"""Rotation: which lane is searched next, by what each has brought.

A bandit: discounted UCB (Garivier and Moulines, ALT 2011). What a lane brought fades, since what
pays changes while a campaign goes on; what was seldom looked at gets a bonus. Nothing is drawn: the
same past gives the same choice.
"""

from __future__ import annotations

from math import log, sqrt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fuzz.keep.hub.chronicle import Past

DISCOUNT: Final = 0.98
"""What a unit counts less with each one after it: half after 35."""
HALF: Final = 4.0
"""A unit that brought so many new cases is half as good as one can be."""
CURIOSITY: Final = 0.3
"""How much being seldom looked at is worth."""


def choose(lanes: Sequence[str], past: Sequence[Past], pending: Iterable[str]) -> str:
    """Choose one of the lanes; `past` is the oldest first, `pending` is decided already."""
    tries, rewards = _faded(lanes, past)
    for lane in pending:  # What it will bring nobody knows: something like before.
        if lane in tries:
            rewards[lane] += rewards[lane] / tries[lane] if tries[lane] else 0.0
            tries[lane] += 1.0
    total = sum(tries.values())

    def promise(lane: str) -> float:
        count = tries[lane]
        if not count:
            return float("inf")
        return rewards[lane] / count + CURIOSITY * sqrt(log(max(total, 2.0)) / count)

    return max(lanes, key=promise)  # Of equals the first.


def _faded(lanes: Iterable[str], past: Iterable[Past]) -> tuple[dict[str, float], dict[str, float]]:
    """Return how often each lane was searched, and what that brought, newer units counting more."""
    tries = dict.fromkeys(lanes, 0.0)
    rewards = dict.fromkeys(tries, 0.0)
    for unit in past:
        for lane in tries:
            tries[lane] *= DISCOUNT
            rewards[lane] *= DISCOUNT
        if unit.lane in tries:
            tries[unit.lane] += 1.0
            rewards[unit.lane] += unit.news / (unit.news + HALF)
    return tries, rewards
