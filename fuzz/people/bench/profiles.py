"""Profiles: how much is measured, from a check that all works to what is published."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Profile:
    """How much is measured; options say otherwise."""

    trials: int
    """Of each searcher on each ground, each with a seed of its own."""
    budget: int
    """Executions of a trial."""
    targets: int = 0
    """How many targets, those with fewest known cases first; 0 for all."""
    searchers: int = 0
    """How many of the engines, the default one first; 0 for all."""


PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        "quick": Profile(trials=2, budget=200, targets=1),
        "default": Profile(trials=5, budget=1_000),
        "full": Profile(trials=20, budget=1_000),
        "deep": Profile(trials=20, budget=20_000, searchers=1),
    }
)
CANARY_BUDGET: Final = 100
"""Executions in which the canary must be found; the first one that does anything finds it."""
