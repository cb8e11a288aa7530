"""Strategies by the names that cases and people use."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from fuzz.world.schedule.pct import Pct
from fuzz.world.schedule.pos import PartialOrderSampling
from fuzz.world.schedule.random_walk import RandomWalk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.values.choices import Choices
    from fuzz.world.strategy import Strategy

STICKINESS: Final = 75
"""Percent for the walk that sticks: four accesses in a row on average before it draws anew."""

STEPS_WHEN_UNKNOWN: Final = 200
"""About what a generated case passes."""

Factory: TypeAlias = "Callable[[Choices, int], Strategy]"

FACTORIES: Final[Mapping[str, Factory]] = MappingProxyType(
    {
        "walk": lambda choices, _: RandomWalk(choices),
        "sticky": lambda choices, _: RandomWalk(choices, stickiness=STICKINESS),
        "pct2": lambda choices, steps: Pct(choices, 2, steps),
        "pct3": lambda choices, steps: Pct(choices, 3, steps),
        "pct5": lambda choices, steps: Pct(choices, 5, steps),
        "pos": lambda choices, _: PartialOrderSampling(choices),
    }
)
"""What each name makes of choices and of the number of points to expect."""

STRATEGY_NAMES: Final = tuple(FACTORIES)


def strategy_named(name: str, choices: Choices, expected_steps: int) -> Strategy:
    """Make the strategy that a case calls `name`; ValueError when there is none.

    `expected_steps` is about the number of points that a run passes; 0 when it is not known.
    """
    factory = FACTORIES.get(name)
    if factory is None:
        known = ", ".join(STRATEGY_NAMES)
        raise ValueError(f"no strategy is called {name!r}; there are {known}")
    return factory(choices, expected_steps or STEPS_WHEN_UNKNOWN)
