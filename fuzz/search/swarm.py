"""Swarm: a batch of cases uses a few kinds of operations and some fault points only.

Fewer kinds meet more often, and what always fails keeps the rest from being reached: swarm testing
(Groce and others, ISSTA 2012).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.search.kinds import Kinds, alike, by_weight, draw_few

if TYPE_CHECKING:
    from fuzz.program.target import Target
    from fuzz.values.choices import Choices
    from fuzz.values.point import Point

BATCH: Final = 32
"""Children of a batch: after some thousand runs every kind had its turn with every other."""
ALL_PERCENT: Final = 30
"""How many batches use everything, by weight."""
HALF_PERCENT: Final = 50
"""How many of the others use half of the kinds, each as often; the rest use a few."""
KIND_PERCENT: Final = 50
POINT_PERCENT: Final = 50
"""How likely a batch uses a kind of operation, a fault point."""


class Swarm:
    """What the children of the moment are made of."""

    def __init__(self, target: Target, *, used: bool = True) -> None:
        """Begin with everything, and stay with it unless swarms are `used`."""
        self._target = target
        self._used = used
        self._left = BATCH
        self.kinds: Kinds = by_weight(target.operations)
        self.points: tuple[Point, ...] = tuple(target.fault_points)

    def advance(self, choices: Choices) -> None:
        """Count a child; the first one of a batch draws what it uses."""
        self._left -= 1
        if self._left or not self._used:
            return
        self._left = BATCH
        self.kinds, self.points = by_weight(self._target.operations), self._target.fault_points
        if not choices.percent(ALL_PERCENT):
            self.kinds = self._part(choices)
            self.points = tuple(p for p in self.points if choices.percent(POINT_PERCENT))

    def _part(self, choices: Choices) -> Kinds:
        if not choices.percent(HALF_PERCENT):
            return draw_few(self._target.operations, choices)
        half = alike([kind for kind in self._target.operations if choices.percent(KIND_PERCENT)])
        return half if any(half.weights) else self.kinds
