"""Faults and switches, anchored to visits so that they survive changes elsewhere in a case."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Anchor:
    """A moment of a run: the n-th time (from 1) that a task passes a point."""

    task: str
    point: str
    visit: int

    def __str__(self) -> str:
        """Write the anchor as a case does: `A pool.pages#1`."""
        return f"{self.task} {self.point}#{self.visit}"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A failure forced at a visit of a fault point."""

    at: Anchor
    outcome: str

    def __str__(self) -> str:
        """Write the fault as a line of a case."""
        return f"fault {self.at} {self.outcome}"


@dataclass(frozen=True, slots=True, order=True)
class Switch:
    """A forced change of task at a visit; everything else follows the default order."""

    at: Anchor
    to: str

    def __str__(self) -> str:
        """Write the switch as a line of a case."""
        return f"switch {self.at} {self.to}"
