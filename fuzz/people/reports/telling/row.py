"""Rows: the lines of a timeline, and what a mark in front of one says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

OPERATION: Final = "> "
"""How what executes operations tells of one that begins."""

ANSWER: Final = "= "
"""How it tells of what an operation answered."""

SWITCH: Final = "*"
FAULT: Final = "!"
FINDING: Final = "!!"
DAMAGE: Final = "x"
"""What marks the moment from which on the state was damaged, when that was found only later."""


LEGEND: Final = (
    (SWITCH, "switch"),
    (FAULT, "fault"),
    (DAMAGE, "damage"),
    (FINDING, "finding"),
)
"""What each mark says."""


class Worth(IntEnum):
    """How much a row matters; those of `ALWAYS` are never left out, those of `NEVER` always."""

    ALWAYS = 0
    TOLD = 1
    WAIT = 2
    CHANGE = 3
    LOOK = 4
    CALL = 5
    NEVER = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a timeline, in the column of its task."""

    task: str
    """Empty for a row that concerns the whole machine."""
    depth: int
    text: str
    worth: Worth
    mark: str = ""
    parent: int = -1
    """The row of the call that this one happened in, or -1."""
    moment: int = 0
    """The moment of the story that it comes before or stands for."""
    end: int = -1
    """For a call, the moment before which it was over; -1 for everything else."""

    @property
    def is_call(self) -> bool:
        """Whether the row is a function that was entered."""
        return self.worth is Worth.CALL
