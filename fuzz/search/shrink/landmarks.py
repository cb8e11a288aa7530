"""The plainest values of a domain, of each sort that it has: what a value could be instead."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from fuzz.search.shrink.cost import steps_of
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from fuzz.program.domain import Domain

DRAWS: Final = 16
"""Values drawn from which simpler ones are looked for."""
SIMPLER_MAX: Final = 8
"""Simpler values of each: a domain yields the simplest first, one of each sort."""


def landmarks(domain: Domain[Any], count: int) -> list[Any]:
    """Return up to `count` different values, the simplest first; the same ones each time."""
    found: dict[str, Any] = {}
    for seed in range(DRAWS):
        drawn = domain.draw(Choices(seed))
        for value in (*islice(domain.simpler(drawn), SIMPLER_MAX), drawn):
            found.setdefault(domain.text(value), value)
    ordered = sorted(found.items(), key=lambda one: (steps_of(domain, one[1]), len(one[0]), one[0]))
    return [value for _, value in ordered[:count]]
