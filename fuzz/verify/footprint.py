"""Footprints: what a step looked at and changed, in names that mean the same in every run."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

Place: TypeAlias = int
"""A number for a datum: an attribute of an object, an element of a container."""


class Footprint(NamedTuple):
    """What a step did to data that others may see."""

    reads: frozenset[Place]
    writes: frozenset[Place]
    updates: frozenset[Place] = frozenset()
    """Containers of which an element was replaced: two such changes may be swapped."""
    ends_all: bool = False
    """Whether the machine stopped: then nothing that comes after it is independent."""
    late_looks: bool = False
    """Whether it looked at an object that got its name when it was first looked at."""
    late_changes: bool = False

    def conflicts(self, other: Footprint) -> bool:
        """Whether two steps may not be swapped."""
        return (
            self.ends_all
            or other.ends_all
            or not self.writes.isdisjoint(other.writes)
            or not self.writes.isdisjoint(other.reads)
            or not self.reads.isdisjoint(other.writes)
            or not self.updates.isdisjoint(other.reads)
            or not self.updates.isdisjoint(other.writes)
            or not other.updates.isdisjoint(self.reads)
            or not other.updates.isdisjoint(self.writes)
        )

    def may_conflict(self, other: Footprint) -> bool:
        """Whether two steps of different runs may not be swapped.

        What was named late may be called differently in another run, and so is taken for the same.
        """
        if self.late_changes and (other.late_looks or other.late_changes):
            return True
        return (self.late_looks and other.late_changes) or self.conflicts(other)

    def joined(self, other: Footprint) -> Footprint:
        """Return what either does."""
        return Footprint(
            self.reads | other.reads,
            self.writes | other.writes,
            self.updates | other.updates,
            self.ends_all or other.ends_all,
            self.late_looks or other.late_looks,
            self.late_changes or other.late_changes,
        )


NOTHING: Final = Footprint(frozenset(), frozenset())
