"""What lies around an address: a map of the regions before it, at it and behind it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.sanitize.memory.region import Region

NEAR: Final = 1 << 16
"""Regions further away than this, in units, explain nothing."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """An address and its neighbourhood."""

    address: int
    before: Region | None
    """The region that ends last before the address."""
    at: Region | None
    """The region that contains it; one in use rather than a freed one."""
    behind: Region | None
    """The region that begins first behind the address."""

    def __str__(self) -> str:
        """Draw the map as one line, in the order of addresses, with the gaps between regions."""
        here = f"<{self.address:#x}>"
        before, at, behind = (
            [] if region is None else [(region.start, region.end, region.state)]
            for region in (self.before, self.at, self.behind)
        )
        marks = [(start, end, f"{here} in {state}") for start, end, state in at]
        marks = [*before, *(marks or [(self.address, self.address, here)]), *behind]
        parts = [marks[0][2]]
        for (_, end, _), (start, _, text) in pairwise(marks):
            parts += [f"{start - end} of nobody", text] if start > end else [text]
        return f"around it: {' | '.join(parts)}"


def surroundings(address: int, live: Iterable[Region], freed: Iterable[Region]) -> Surroundings:
    """Find out what lies around an address; a few dozen regions live, so a search will do."""
    everything = [*live, *freed]
    at = next((region for region in everything if region.holds(address)), None)
    near = [r for r in everything if r is not at and -NEAR < r.start - address < NEAR]
    low, high = (address, address) if at is None else (at.start, at.end - 1)
    before = max((r for r in near if r.end <= low), key=_end, default=None)
    behind = min((r for r in near if r.start > high), key=_start, default=None)
    return Surroundings(address, before, at, behind)


def _start(region: Region) -> int:
    return region.start


def _end(region: Region) -> int:
    return region.end
