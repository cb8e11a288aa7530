"""Bounds: how much of all that could happen is looked at."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a verification covers."""

    faults: int = 0
    """How many faults a run may have."""
    preemptions: int | None = None
    """How often a task that could go on may have to wait for another; None for any number."""
    reduced: bool = True
    """Whether runs that only differ in the order of independent steps are seen once.

    Preemptions are no property of such a class of runs: under a bound on them, all are seen.
    """

    setup: tuple[tuple[str, int], ...] = ()
    """How many operations some tasks do, one after another, before anything is looked at."""

    def words(self) -> dict[str, Any]:
        """Return the bounds as JSON has them."""
        return {**asdict(self), "setup": [list(pair) for pair in self.setup]}

    @staticmethod
    def of(words: Mapping[str, Any]) -> Bounds:
        """Read bounds back."""
        setup = tuple((task, number) for task, number in words["setup"])
        return Bounds(words["faults"], words["preemptions"], words["reduced"], setup)

    @property
    def reduces(self) -> bool:
        """Whether reduction is sound here, and wanted."""
        return self.reduced and self.preemptions is None


@dataclass(frozen=True, slots=True)
class Space:
    """One part of what is covered: all runs, or those in which one operation is left undisturbed.

    Some judges speak only of an operation during which no other task of the case had a turn.
    Whether that is so is no property of a class of runs: such operations have their own spaces.
    """

    task: str = ""
    """Whose operation is undisturbed; empty for all runs."""
    operation: int = 0
