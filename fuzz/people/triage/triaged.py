"""What triage comes to: groups of cases, one a bug, each with its state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.people.reports.affected import Affected
    from fuzz.people.reports.closing import Closing
    from fuzz.people.triage.running import Rerun
    from fuzz.values.finding import Finding, Harm


class State(Enum):
    """What became of a bug since the baseline was written; most urgent first."""

    FLAKY = "flaky"
    """Two runs of one case differ: our bug, whatever else is wrong."""
    REGRESSED = "regressed"
    """It was fixed, and is back."""
    NEW = "new"
    """The baseline does not know it."""
    OPEN = "open"
    """It was there, or there is no baseline; it still is."""
    FIXED = "fixed"
    """No case shows it any more."""
    MISSING = "missing"
    """The baseline knows it, but no case of it is here."""

    @property
    def fails(self) -> bool:
        """Whether somebody has to act before a change may go in."""
        return self in (State.FLAKY, State.REGRESSED, State.NEW)


@dataclass(frozen=True, slots=True)
class Lives:
    """Where a bug lives: what running its smallest case on every kernel has shown."""

    affected: Affected
    closing: Closing


@dataclass(frozen=True, slots=True)
class Group:
    """One bug, as far as its cases tell."""

    kind: str
    place: str
    title: str
    harm: Harm
    state: State
    finding: Finding | None = None
    """As the smallest case shows it, with its harm demonstrated; None when no case does."""
    members: tuple[Rerun, ...] = ()
    """All cases of it, the smallest first."""
    lives: Lives | None = None
    """None when no case shows it, or nobody wanted to know."""
    also: tuple[str, ...] = ()
    """Other identities that other interleavings of the same program show."""

    @property
    def signature(self) -> str:
        """Its identity as a word."""
        return f"{self.kind}-{self.place}"

    @property
    def urgency(self) -> tuple[int, int, str]:
        """What groups are sorted by: harm before state, since that is what users feel."""
        return (self.harm.rank, list(State).index(self.state), self.signature)


@dataclass(frozen=True, slots=True)
class Triaged:
    """All that there is to say of some folders."""

    groups: tuple[Group, ...]
    """Worst harm first."""
    notes: tuple[str, ...]
    """What was not looked at, and why."""
    baseline: str = ""
    """What it was held against; empty for nothing."""

    @property
    def fails(self) -> bool:
        """Whether a group needs somebody before a change may go in."""
        return any(group.state.fails for group in self.groups)

    def count(self, state: State) -> int:
        """Count the groups in a state."""
        return sum(group.state is state for group in self.groups)

    def counts(self) -> str:
        """Say how many there are of each kind, in a few words."""
        parts = [f"{self.count(state)} {state.value}" for state in State if self.count(state)]
        return ", ".join(parts) or "nothing"


def by_urgency(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Sort groups, worst harm first."""
    return tuple(sorted(groups, key=lambda group: group.urgency))
