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

MEMORY: Final = 8
"""So many rounds through all lanes, and what a unit brought counts half."""
HALF: Final = 4.0
"""A unit that brought so many new cases is half as good as one can be."""
CURIOSITY: Final = 0.7
"""How much being seldom looked at is worth: if one of 66 lanes brings everything, it has half of
the units, and each of the others has one in 140."""


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


def _faded(lanes: Sequence[str], past: Sequence[Past]) -> tuple[dict[str, float], dict[str, float]]:
    """Return how often each lane was searched, and what that brought, newer units counting more."""
    tries = dict.fromkeys(lanes, 0.0)
    rewards = dict.fromkeys(lanes, 0.0)
    discount = 0.5 ** (1 / (MEMORY * len(lanes)))
    weight = 1.0
    for unit in reversed(past):
        weight *= discount
        if unit.lane in tries:
            tries[unit.lane] += weight
            rewards[unit.lane] += weight * unit.news / (unit.news + HALF)
    return tries, rewards
