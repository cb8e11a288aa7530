"""Holds: which task had which lock, from which moment of a run to which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fuzz.people.reports.telling.row import Row

from fuzz.people.reports.telling.shared import number_text


@dataclass(frozen=True, slots=True)
class Held:
    """One lock in the hands of one task."""

    task: str
    lock: str
    """Its class."""
    instance: int
    begin: int
    """The moment of the story before which it was taken."""
    end: int
    """The moment before which it was dropped; the number of all moments if it never was."""
    shared: bool = False
    """Whether others may hold it at the same time, as readers do."""
    contended: bool = False
    """Whether another task took it too, or waited for it, at any time of the run."""

    @property
    def name(self) -> str:
        """Name the lock itself: `table.lock 3`."""
        return f"{self.lock} {number_text(self.instance)}" if self.instance else self.lock


def notable(holds: Iterable[Held], rows: Sequence[Row]) -> list[Held]:
    """Return the holds that matter to a reader, oldest first.

    They are those of locks that several tasks wanted, and those that were held at a marked row.
    """
    marked = [row for row in rows if row.mark]
    return [held for held in holds if held.contended or any(covers(held, row) for row in marked)]


def covers(held: Held, row: Row) -> bool:
    """Whether a row happened to a task while it held the lock, taking and dropping included."""
    first = held.begin if row.is_call else held.begin - 1
    return row.task == held.task and first <= row.moment < held.end
