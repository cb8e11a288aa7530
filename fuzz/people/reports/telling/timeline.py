"""Timelines as data: who ran, what happened, which locks were held while it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fuzz.people.reports.telling.rows import Damaged, rows_of

if TYPE_CHECKING:
    from fuzz.people.reports.telling.holds import Held
    from fuzz.people.reports.telling.row import Row
    from fuzz.people.reports.telling.story import Moment, Story
    from fuzz.program.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Actor:
    """A task that had something to do: a column of a timeline."""

    name: str
    cpu: int
    """The CPU that it was on when the run ended."""
    interrupt: bool

    @property
    def title(self) -> str:
        """Name the task and where it ran."""
        return f"{self.name} (CPU {self.cpu}{', interrupt' if self.interrupt else ''})"


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that there is to tell of a run."""

    actors: tuple[Actor, ...]
    """In the order of their numbers."""
    rows: tuple[Row, ...]
    holds: tuple[Held, ...]
    moments: tuple[Moment, ...]
    steps: int
    """How many points were passed."""


def timeline_of(story: Story, outcome: Outcome, damaged: Damaged | None = None) -> Timeline:
    """Tell a story whole; who shows it chooses among its rows."""
    tasks = {moment.task.name: moment.task for moment in story.moments}
    actors = tuple(
        Actor(task.name, task.cpu.number, task.interrupt)
        for task in sorted(tasks.values(), key=lambda task: task.number)
    )
    return Timeline(
        actors,
        tuple(rows_of(story, outcome, damaged)),
        story.holds,
        tuple(story.moments),
        outcome.steps,
    )
