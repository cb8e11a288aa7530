"""Curves of a campaign, as paths of SVG: what it reached, and how fast it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.keep.hub.chronicle import Sample

WIDTH: Final = 600
HEIGHT: Final = 150
POINTS_MAX: Final = 200
"""A path has no more: the eye sees none."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A line over the time that the campaign has run."""

    path: str
    """`M0,150L3,140...` in a box of 600 by 150; empty without two points."""
    top: float
    """What the upper edge stands for."""
    last: float
    seconds: float
    """What the right edge stands for."""

    def words(self) -> dict[str, Any]:
        """Say it as JSON can."""
        return {"path": self.path, "top": self.top, "last": self.last, "seconds": self.seconds}


def coverage(samples: Sequence[Sample]) -> Curve:
    """Draw how many features were reached."""
    return _curve([(sample.at, float(sample.reached)) for sample in samples])


def speed(samples: Sequence[Sample]) -> Curve:
    """Draw executions a second, each point over a stretch of the time before it."""
    step = max(1, len(samples) // POINTS_MAX, min(5, len(samples) // 4))
    points = [
        (after.at, (after.executions - before.executions) / (after.at - before.at))
        for before, after in zip(samples, samples[step:], strict=False)
        if after.at > before.at
    ]
    return _curve(points)


def _curve(points: Sequence[tuple[float, float]]) -> Curve:
    if not points:
        return Curve("", 0.0, 0.0, 0.0)
    step = max(1, len(points) // POINTS_MAX)
    chosen = [*points[:-1:step], points[-1]]
    seconds, top = points[-1][0], max(value for _, value in points)
    if len(chosen) == 1 or not seconds:
        return Curve("", top, points[-1][1], seconds)
    places = [
        f"{WIDTH * at / seconds:.1f},{HEIGHT - HEIGHT * value / (top or 1):.1f}"
        for at, value in chosen
    ]
    return Curve("M" + "L".join(places), top, points[-1][1], seconds)
