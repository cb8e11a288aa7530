"""The chronicle: how a campaign came along, for people; only its supervisor writes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.keep.hub.database import Database

SAMPLES_MAX: Final = 1200
"""Points of a curve: a screen has no more columns, and a year fits as well as a minute."""
EVENTS_MAX: Final = 500
HISTORY: Final = 4000
"""Units that say where to search next."""

SECONDS: Final = "seconds"
"""The fact that tells how long the campaign has run, over all its sessions."""


@dataclass(frozen=True, slots=True)
class Sample:
    """How far a campaign was at a moment."""

    at: float
    """Seconds that it had run."""
    executions: int
    reached: int
    entries: int
    findings: int


@dataclass(frozen=True, slots=True)
class Past:
    """A unit that was searched, and what that brought."""

    lane: str
    news: int


class Chronicle:
    """Facts, samples and events in the state of a campaign."""

    def __init__(self, database: Database) -> None:
        """Write into a data base."""
        self._database = database

    def fact(self, name: str) -> Any:
        """Return what was noted under a name; None if nothing was."""
        text = self._database.one("SELECT value FROM facts WHERE name = ?", name)
        return None if text is None else json.loads(text)

    def note(self, facts: Mapping[str, Any]) -> None:
        """Note facts, which are what JSON can say."""
        with self._database.writing("note how the campaign goes") as state:
            _note(state, facts)

    def sample(self, seconds: float, facts: Mapping[str, Any]) -> None:
        """Note how far it is after so many seconds, with some facts about the moment."""
        with self._database.writing("note how the campaign goes") as state:
            _note(state, {SECONDS: seconds, **facts})
            state.do(
                "INSERT OR REPLACE INTO samples SELECT ?, coalesce(sum(executions), 0), "
                "coalesce(sum(reached), 0), coalesce(sum(entries), 0), "
                "(SELECT count(*) FROM findings) FROM lanes",
                seconds,
            )
            _thin_out(state)

    def say(self, text: str, wall: float) -> None:
        """Note an event; `wall` is the time of day, for the reader alone."""
        with self._database.writing("note an event") as state:
            seconds = float(state.one("SELECT value FROM facts WHERE name = ?", SECONDS) or 0)
            number = state.do(
                "INSERT INTO events (at, wall, text) VALUES (?, ?, ?)", seconds, wall, text
            )
            state.do("DELETE FROM events WHERE number <= ?", number - EVENTS_MAX)

    def history(self) -> list[Past]:
        """Return what the latest units have brought, the oldest first."""
        rows = self._database.rows(
            "SELECT subject, news FROM units WHERE kind = 'search' AND state = 'done' "
            "ORDER BY number DESC LIMIT ?",
            HISTORY,
        )
        return [Past(lane, news) for lane, news in reversed(rows)]

    def pending(self) -> list[str]:
        """Return the lanes that are about to be searched, once for each unit."""
        rows = self._database.rows(
            "SELECT subject FROM units WHERE kind = 'search' AND state IN ('waiting', 'leased') "
            "ORDER BY number"
        )
        return [lane for (lane,) in rows]


def _note(state: Database, facts: Mapping[str, Any]) -> None:
    state.do_many(
        "INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)",
        [(name, json.dumps(value)) for name, value in facts.items()],
    )


def _thin_out(state: Database) -> None:
    """Leave every second sample once there are too many: all are as far apart as before, twice."""
    if state.one("SELECT count(*) FROM samples") <= SAMPLES_MAX:
        return
    times = [at for (at,) in state.rows("SELECT at FROM samples ORDER BY at")]
    state.do_many("DELETE FROM samples WHERE at = ?", [(at,) for at in times[1:-1:2]])
