"""Strategies by the names that cases and people use."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from fuzz.world.schedule.bursts import Bursts
from fuzz.world.schedule.delays import Delays
from fuzz.world.schedule.hints import NO_HINTS
from fuzz.world.schedule.holds import Holds
from fuzz.world.schedule.pct import Pct
from fuzz.world.schedule.pos import PartialOrderSampling
from fuzz.world.schedule.random_walk import RandomWalk
from fuzz.world.schedule.rff import ReadsFrom
from fuzz.world.schedule.surw import SelectivelyUniform
from fuzz.world.schedule.threads import Threads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.values.choices import Choices
    from fuzz.world.schedule.hints import Hints
    from fuzz.world.strategy import Strategy

STICKINESS: Final = 75
"""Percent for the walk that sticks: four accesses in a row on average before it draws anew."""

STEPS_WHEN_UNKNOWN: Final = 200
"""About what a generated case passes."""

Factory: TypeAlias = "Callable[[Choices, int, Hints], Strategy]"

FACTORIES: Final[Mapping[str, Factory]] = MappingProxyType(
    {
        "walk": lambda choices, _steps, _hints: RandomWalk(choices),
        "sticky": lambda choices, _steps, _hints: RandomWalk(choices, stickiness=STICKINESS),
        "bursts": lambda choices, _steps, _hints: Bursts(choices),
        "holds": lambda choices, _steps, _hints: Holds(choices),
        "delay1": lambda choices, steps, _hints: Delays(choices, 1, steps),
        "delay2": lambda choices, steps, _hints: Delays(choices, 2, steps),
        "delay3": lambda choices, steps, _hints: Delays(choices, 3, steps),
        "pct2": lambda choices, steps, _hints: Pct(choices, 2, steps),
        "pct3": lambda choices, steps, _hints: Pct(choices, 3, steps),
        "pct5": lambda choices, steps, _hints: Pct(choices, 5, steps),
        "pos": lambda choices, _steps, _hints: PartialOrderSampling(choices),
        "threads": lambda choices, _steps, _hints: Threads(choices),
        "surw": lambda choices, _steps, hints: SelectivelyUniform(choices, hints),
        "rff": lambda choices, _steps, hints: ReadsFrom(choices, hints),
    }
)
"""What each name makes of choices, of the number of points to expect, and of hints."""

STRATEGY_NAMES: Final = tuple(FACTORIES)


def strategy_named(
    name: str, choices: Choices, expected_steps: int, hints: Hints = NO_HINTS
) -> Strategy:
    """Make the strategy that a case calls `name`; ValueError when there is none.

    `expected_steps` is about the number of points that a run passes; 0 when it is not known.
    """
    factory = FACTORIES.get(name)
    if factory is None:
        known = ", ".join(STRATEGY_NAMES)
        raise ValueError(f"no strategy is called {name!r}; there are {known}")
    return factory(choices, expected_steps or STEPS_WHEN_UNKNOWN, hints)
