"""The one interface between workers, supervisor and store of a campaign.

Whoever implements it passes `tests/fuzz/keep/hub/contract.py`; `LocalHub` does so with SQLite and a
folder, and something that spans machines can.
Cases travel by sequence number, both ways; what is sent twice is stored once, because a case is
what its text is; work is leased, so that who dies with it only delays it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Kind(Enum):
    """What a unit of work is about."""

    SEARCH = "search"
    """Look for what is new in a lane."""
    FILE = "file"
    """Make a crash folder of a finding, and shrink its case."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of work that one worker does at a time."""

    number: int
    kind: Kind
    subject: str
    """The name of a lane to search; the signature of a finding to file."""
    seed: int
    attempts: int
    """How often it was given out, this time included: who kills every worker is not tried again."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A unit that a worker has for a while."""

    unit: Unit
    token: int
    """Grows with each lease of the unit, so that who comes late with an older one is told so."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A case that reached something new."""

    text: str
    reached: tuple[int, ...]
    """The numbers of the counters that were new to its worker, sorted."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry of somebody, as it is pulled."""

    sequence: int
    """Entries of a lane are pulled in the order of these numbers, which only grow."""
    text: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """A finding, with what shows it."""

    kind: str
    place: str
    harm: str
    """The value of a `Harm`."""
    title: str
    cases: tuple[str, ...]
    """One case, materialised, as text; several of which none shows the whole."""
    detail: str = ""

    @property
    def signature(self) -> str:
        """The identity as one word."""
        return f"{self.kind}-{self.place}"


@dataclass(frozen=True, slots=True)
class Known:
    """A discovery, and what the hub knows besides."""

    discovery: Discovery
    lane: str
    executions: int
    """Executions of the campaign until it was found."""
    seconds: float
    """Seconds that the campaign had run by then."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a worker has to say; it is sent again until it is answered, and counts once."""

    worker: str
    """Who sends it: no two living workers share a name."""
    number: int
    """Grows with each batch of a worker; one that was heard is not heard again."""
    lane: str
    entries: tuple[Entry, ...] = ()
    discoveries: tuple[Discovery, ...] = ()
    executions: int = 0
    """Executions since the batch before."""
    lease: Lease | None = None
    """What it is at: the lease is extended."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch: by now it survives the death of everybody."""

    entries: int = 0
    """Entries that were new to all, and are stored."""
    refused: int = 0
    """Entries for which the budget has no room."""
    discoveries: tuple[str, ...] = ()
    """Signatures that nobody had found before."""
    held: bool = True
    """Whether the lease still holds: otherwise somebody else has the unit by now."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What a finding was shrunk to, and where it is kept."""

    minimal: str
    """The smallest case, as text."""
    harm: str
    title: str
    folder: str
    """The name of its crash folder."""
    size: str
    """How large the case is, in words."""
    executions: int
    """What shrinking took."""


class Hub(Protocol):
    """Where workers get work, and bring what they found.

    KeepError says that something is not stored: whoever gets it keeps what it has, and tries again.
    """

    def offer(self, kind: Kind, subject: str, seed: int) -> int:
        """Add a unit to those that wait, and return its number."""
        ...

    def waiting(self, kind: Kind) -> int:
        """Count the units of a kind that could be leased now."""
        ...

    def lease(self, worker: str, kinds: Sequence[Kind], seconds: float) -> Lease | None:
        """Give out the oldest unit that waits, or whose lease is over; None when there is none."""
        ...

    def release(self, worker: str) -> None:
        """Take back what a worker has, who is known to be dead."""
        ...

    def push(self, batch: Batch) -> Receipt:
        """Store what a worker has found; a new finding becomes a unit to file at the same time."""
        ...

    def pull(self, lane: str, since: int, limit: int) -> tuple[Stored, ...]:
        """Return the oldest entries of a lane with a sequence number above `since`."""
        ...

    def known(self, signature: str) -> Known:
        """Return a finding that was pushed."""
        ...

    def file(self, lease: Lease, filed: Filed) -> bool:
        """Store what the finding that a lease is about was filed as, so far.

        False, and nothing happens, when the unit was given to somebody else.
        """
        ...

    def finish(self, lease: Lease) -> bool:
        """Have done a unit; False, and nothing happens, when it was given to somebody else."""
        ...
