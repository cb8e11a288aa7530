"""Switches: before which moment of a story each of them happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.people.reports.telling.story import Moment
    from fuzz.program.outcome import Outcome

NESTING_MAX: Final = 1000
"""More calls than Python lets a task be in."""


@dataclass(frozen=True, slots=True)
class Left:
    """A task that was running when the machine was switched away from it."""

    task: str
    depth: int
    """How many of its calls it was still in."""
    text: str


def switch_positions(moments: Sequence[Moment], outcome: Outcome) -> dict[int, list[Left]]:
    """Say which switches happened just before which moment.

    A task that was left at a point passes it when it comes back; one that slept has passed it.
    """
    anchors = {
        (m.task.name, m.point.name, m.visit): index
        for index, m in enumerate(moments)
        if m.point is not None
    }
    found: dict[int, list[Left]] = {}
    position = 0
    for switch in outcome.switches:
        at = switch.at
        passed = anchors.get((at.task, at.point, at.visit), len(moments))
        anchor = moments[passed] if passed < len(moments) else None
        slept = anchor is not None and anchor.blocked
        left = passed + 1 if slept else _end_of(at.task, moments, passed)
        position = _resumption(switch.to, moments, max(position, left))
        depth = anchor.kept if anchor is not None and not slept else NESTING_MAX
        text = f"switch to {switch.to}" + ("" if slept else f" before {at.point}")
        found.setdefault(position, []).append(Left(at.task, depth, text))
    return found


def _end_of(task: str, moments: Sequence[Moment], before: int) -> int:
    """Return the index after the last moment of a task that comes before another index."""
    while before > 0 and moments[before - 1].task.name != task:
        before -= 1
    return before


def _resumption(task: str, moments: Sequence[Moment], start: int) -> int:
    """Return the index of the first moment of a task from `start` on."""
    while start < len(moments) and moments[start].task.name != task:
        start += 1
    return start
