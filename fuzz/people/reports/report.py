"""A report as data: all that there is to say of a finding, before it has any form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.people.reliability import Reliability
    from fuzz.people.reports.affected import Affected
    from fuzz.people.reports.closing import Closing
    from fuzz.people.reports.matrix import Grid
    from fuzz.people.reports.photographs import Photographs
    from fuzz.people.reports.telling.timeline import Timeline
    from fuzz.values.finding import Harm


@dataclass(frozen=True, slots=True)
class Other:
    """Another finding of the same run."""

    title: str
    harm: Harm


@dataclass(frozen=True, slots=True)
class Where:
    """Where a finding was made."""

    place: str
    """The function, or functions, of the system under test."""
    task: str
    """Empty for the end of the run, when no task was left."""
    kernel: str
    target: str
    sentence: str
    """What the target is."""

    @property
    def who(self) -> str:
        """Say who was running."""
        return f"task {self.task}" if self.task else "the end of the run"


@dataclass(frozen=True, slots=True)
class Report:
    """One finding of one case, explained."""

    title: str
    """As the kernel would print it."""
    harm: Harm
    why: str
    """Who is hurt, and how."""
    demonstrated: tuple[str, ...]
    """The steps that showed the harm, after the case itself; empty when none were needed."""
    injected: str
    """Which faults were injected: by this a reader decides whether to go on."""
    where: Where
    detail: str
    others: tuple[Other, ...]
    kernels: Grid
    """Which kernels and designs show the finding."""
    affected: Affected
    """The same of the case's own design, without other findings."""
    closing: Closing
    case: tuple[str, ...]
    """The lines of the case, as they can be pasted into a file."""
    decides: tuple[str, ...]
    """What makes the difference to cases nearby that pass, in sentences."""
    timeline: Timeline
    photographs: Photographs | None
    """The state before and after; None where the system shows none."""
    counters: Grid
    """What the run cost, on the case's own kernel."""
    commands: tuple[str, ...]
    """How to see it again."""
    reliability: Reliability | None = None
    """How often the finding came again; None while that was not measured."""
