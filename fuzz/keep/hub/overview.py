"""What can be read of a campaign at a moment, by anybody and while it runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fuzz.keep.hub.chronicle import SECONDS, Sample

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.keep.hub.database import Database

EVENTS_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class LaneRow:
    """What a lane has brought."""

    name: str
    executions: int
    entries: int
    reached: int
    """Counters that some case of it reached."""
    findings: int
    units: int
    news_at: float
    """Seconds that the campaign had run when it brought something last."""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding, and what became of it."""

    signature: str
    kind: str
    place: str
    harm: str
    title: str
    lane: str
    """Where it was found first."""
    lanes: tuple[str, ...]
    """Where it was seen."""
    executions: int
    at: float
    folder: str
    """The name of its crash folder; empty as long as it waits to be filed."""
    size: str
    """How large its smallest case is, in words; empty before that is known."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something out of the ordinary."""

    at: float
    wall: float
    text: str


@dataclass(frozen=True, slots=True)
class Overview:
    """One moment of a campaign."""

    facts: Mapping[str, Any]
    lanes: tuple[LaneRow, ...]
    findings: tuple[FindingRow, ...]
    samples: tuple[Sample, ...]
    events: tuple[Event, ...]
    """The latest first."""
    to_file: int
    """Findings that wait to be filed or shrunk."""
    given_up: int
    """Units that killed every worker that had them."""
    bytes: int
    """What cases and data base take."""

    @property
    def seconds(self) -> float:
        """How long the campaign has run."""
        return float(self.facts.get(SECONDS, 0.0))

    @property
    def executions(self) -> int:
        """All executions."""
        return sum(lane.executions for lane in self.lanes)

    @property
    def entries(self) -> int:
        """All cases of the corpus."""
        return sum(lane.entries for lane in self.lanes)

    @property
    def reached(self) -> int:
        """All counters that were reached, lane by lane."""
        return sum(lane.reached for lane in self.lanes)

    @property
    def news_at(self) -> float:
        """Seconds that it had run when anything new was found last."""
        return max((lane.news_at for lane in self.lanes), default=0.0)


def overview(database: Database) -> Overview:
    """Read one moment."""
    with database.reading() as state:
        facts = {name: json.loads(value) for name, value in state.rows("SELECT * FROM facts")}
        lanes = state.rows(
            "SELECT name, executions, entries, reached, findings, units, news_at "
            "FROM lanes ORDER BY name"
        )
        samples = state.rows("SELECT * FROM samples ORDER BY at")
        events = state.rows(
            "SELECT at, wall, text FROM events ORDER BY number DESC LIMIT ?", EVENTS_SHOWN
        )
        return Overview(
            facts=facts,
            lanes=tuple(LaneRow(*row) for row in lanes),
            findings=_findings(state),
            samples=tuple(Sample(*row) for row in samples),
            events=tuple(Event(*row) for row in events),
            to_file=_count(state, "kind = 'file' AND state IN ('waiting', 'leased')"),
            given_up=_count(state, "state = 'given-up'"),
            bytes=int(state.one("SELECT total(bytes) FROM entries")) + state.bytes(),
        )


def _findings(state: Database) -> tuple[FindingRow, ...]:
    seen: dict[str, list[str]] = {}
    for signature, lane in state.rows("SELECT * FROM sightings ORDER BY signature, lane"):
        seen.setdefault(signature, []).append(lane)
    rows = state.rows(
        "SELECT signature, kind, place, harm, title, lane, executions, at, folder, size "
        "FROM findings ORDER BY at, signature"
    )
    return tuple(
        FindingRow(
            signature=row[0],
            kind=row[1],
            place=row[2],
            harm=row[3],
            title=row[4],
            lane=row[5],
            lanes=tuple(seen.get(row[0], ())),
            executions=row[6],
            at=row[7],
            folder=row[8],
            size=row[9],
        )
        for row in rows
    )


def _count(state: Database, which: str) -> int:
    return state.one(f"SELECT count(*) FROM units WHERE {which}")
