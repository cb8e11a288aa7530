"""Points: the named places at which a world may switch tasks.

A point is declared once, as a module constant, beside the code that passes it.
(task, point, visit) names a moment of a run independently of everything else.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Access(Enum):
    """What a task is about to do to the thing that a point names."""

    READ = "reads"
    WRITE = "writes"
    LOCK = "locks"
    UNLOCK = "unlocks"
    WAIT = "waits for"
    PASS = "passes"


WRITE_LIKE: Final = frozenset({Access.WRITE, Access.LOCK, Access.UNLOCK})
"""Accesses that do not commute with another access to the same thing."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A named place where the world may switch tasks.

    `thing` is the class of the object touched ("table slot"), shared by all points that touch it;
    the instance comes with each visit.
    Points compare by identity, which keeps the counting of visits cheap.
    """

    name: str
    sentence: str
    access: Access = Access.PASS
    thing: str = ""
    faults: tuple[str, ...] = ()
    """What may go wrong here; empty for a point that cannot fail."""
    capability: str = ""
    """The fault-injection facility that this point belongs to, for faults drawn by attributes."""

    @property
    def writes(self) -> bool:
        """Whether the access does not commute with others to the same thing."""
        return self.access in WRITE_LIKE


def conflict(one: Point, instance: int, other: Point, other_instance: int) -> bool:
    """Whether two announced accesses do not commute: same thing, at least one write-like."""
    return (
        instance == other_instance
        and one.thing == other.thing != ""
        and (one.access in WRITE_LIKE or other.access in WRITE_LIKE)
    )


def fault_point(name: str, sentence: str, *faults: str, capability: str = "") -> Point:
    """Declare a point at which something may go wrong, in one of the ways `faults`."""
    assert faults, "a fault point says what may go wrong"
    return Point(name, sentence, faults=faults, capability=capability)


BEGIN: Final = Point("begin", "a task is about to start")
END: Final = Point("end", "a task has ended")
