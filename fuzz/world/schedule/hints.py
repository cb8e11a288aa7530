"""Hints: what a strategy is told of the run to come, from one that was seen."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Hints:
    """What an earlier run passed; a strategy without the hints that it could use does without."""

    among: tuple[str, ...] = ()
    """Names of points: the accesses whose order is to be sampled uniformly."""
    counts: tuple[tuple[str, int], ...] = ()
    """How many of those accesses each task is expected to make, by itself and by whom it starts."""
    take: tuple[tuple[str, str], ...] = ()
    """Pairs of points, a writer's and a reader's: the reader should see what that writer wrote."""
    avoid: tuple[tuple[str, str], ...] = ()
    """Pairs of points, a writer's and a reader's: the reader should not see that."""


NO_HINTS: Final = Hints()
