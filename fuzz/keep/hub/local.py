"""The hub of one machine: SQLite and a folder of cases.

Every process that has a part in the campaign opens it for itself. What a method returned from is
on the disk: cases first, then, in one transaction, all that says that they are there.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from fuzz.keep.hub.cases import BLOCK, CaseFolder, hash_of
from fuzz.keep.hub.database import Database, StateError
from fuzz.keep.hub.interface import Discovery, Kind, Known, Lease, Receipt, Stored, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fuzz.keep.hub.interface import Batch, Entry, Filed

ATTEMPTS_MAX: Final = 5
"""A unit that was given out so often in vain is given up until the campaign is started anew."""
UNITS_KEPT: Final = 4000
"""Units that are done and still known: what they brought says where to search next."""
NEWS_OF_A_FINDING: Final = 20
"""A finding is worth so many entries to whoever asks what a unit has brought."""
UNLIMITED: Final = 1 << 62
EXTENSION_SECONDS: Final = 60.0
"""How long a worker may be silent to the hub; its supervisor notices much sooner."""

FREE: Final = (
    f"(state = 'waiting' OR (state = 'leased' AND until <= ?)) AND attempts < {ATTEMPTS_MAX}"
)
"""Of units that can be leased at a moment."""


class LocalHub:
    """A hub in a folder; several processes may each have one on the same folder."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        """Open the folder, or begin it.

        `clock` tells seconds that never go back, the same to all processes of a session.
        """
        self._clock = clock
        self.bytes_max = UNLIMITED
        """Entries are refused when cases and data base together would take more than that."""
        self._cases = CaseFolder(folder)
        self.database = Database(folder)

    def close(self) -> None:
        """Let go of the folder."""
        self.database.close()

    def offer(self, kind: Kind, subject: str, seed: int) -> int:
        """Add a unit to those that wait, and return its number."""
        with self.database.writing("store a unit of work") as state:
            return _add_unit(state, kind, subject, seed)

    def waiting(self, kind: Kind) -> int:
        """Count the units of a kind that could be leased now."""
        return self.database.one(
            f"SELECT count(*) FROM units WHERE kind = ? AND {FREE}", kind.value, self._clock()
        )

    def lease(self, worker: str, kinds: Sequence[Kind], seconds: float) -> Lease | None:
        """Give out the oldest unit that waits, or whose lease is over; None when there is none."""
        marks = ", ".join("?" * len(kinds))
        now = self._clock()
        with self.database.writing("lease a unit of work") as state:
            state.do(
                "UPDATE units SET state = 'given-up' "
                "WHERE state IN ('leased', 'waiting') AND until <= ? AND attempts >= ?",
                *(now, ATTEMPTS_MAX),
            )
            found = state.rows(
                "SELECT number, kind, subject, seed, token + 1, attempts + 1 FROM units "
                f"WHERE {FREE} AND kind IN ({marks}) ORDER BY number LIMIT 1",
                *(now, *(kind.value for kind in kinds)),
            )
            if not found:
                return None
            number, kind, subject, seed, token, attempts = found[0]
            state.do(
                "UPDATE units SET state = 'leased', worker = ?, token = ?, until = ?, attempts = ? "
                "WHERE number = ?",
                *(worker, token, now + seconds, attempts, number),
            )
        return Lease(Unit(number, Kind(kind), subject, seed, attempts), token)

    def push(self, batch: Batch) -> Receipt:
        """Store what a worker has found; a new finding becomes a unit to file at the same time."""
        names = self._put(batch.lane, batch.entries)
        with self.database.writing("store what was found") as state:
            before = state.rows("SELECT number, receipt FROM heard WHERE worker = ?", batch.worker)
            if before and before[0][0] >= batch.number:
                return _receipt_of(before[0][1])
            at = float(state.one("SELECT value FROM facts WHERE name = 'seconds'") or 0)
            state.do("INSERT OR IGNORE INTO lanes (name) VALUES (?)", batch.lane)
            entries = [
                name is not None and _add_entry(state, batch.lane, name, entry, at)
                for name, entry in zip(names, batch.entries, strict=True)
            ]
            fresh = [d.signature for d in batch.discoveries if _add_finding(state, batch, d, at)]
            news = sum(entries) + NEWS_OF_A_FINDING * len(fresh)
            state.do(
                "UPDATE lanes SET executions = executions + ?, entries = entries + ?, "
                "news_at = CASE WHEN ? THEN ? ELSE news_at END WHERE name = ?",
                *(batch.executions, sum(entries), news, at, batch.lane),
            )
            held = batch.lease is None or self._extend(state, batch.lease, news)
            receipt = Receipt(sum(entries), names.count(None), tuple(fresh), held)
            state.do(
                "INSERT OR REPLACE INTO heard (worker, number, receipt) VALUES (?, ?, ?)",
                *(batch.worker, batch.number, json.dumps(asdict(receipt))),
            )
        return receipt

    def pull(self, lane: str, since: int, limit: int) -> tuple[Stored, ...]:
        """Return the oldest entries of a lane with a sequence number above `since`.

        What somebody has spoilt in the folder is left out.
        """
        rows = self.database.rows(
            "SELECT sequence, shelf, hash FROM entries WHERE lane = ? AND sequence > ? "
            "ORDER BY sequence LIMIT ?",
            *(lane, since, limit),
        )
        texts = [(sequence, self._cases.get(shelf, name)) for sequence, shelf, name in rows]
        return tuple(Stored(sequence, text) for sequence, text in texts if text is not None)

    def known(self, signature: str) -> Known:
        """Return a finding that was pushed."""
        rows = self.database.rows(
            "SELECT kind, place, harm, title, cases, detail, lane, executions, at FROM findings "
            "WHERE signature = ?",
            signature,
        )
        if not rows:
            raise StateError(f"no finding of this campaign is called {signature!a}")
        kind, place, harm, title, cases, detail, lane, executions, at = rows[0]
        texts = tuple(json.loads(cases))
        return Known(Discovery(kind, place, harm, title, texts, detail), lane, executions, at)

    def file(self, lease: Lease, filed: Filed) -> bool:
        """Store what the finding that a lease is about was filed as, so far."""
        with self.database.writing("store what a finding was filed as") as state:
            if not self._extend(state, lease, 0):
                return False
            state.do(
                "UPDATE findings SET minimal = ?, harm = ?, title = ?, folder = ?, size = ?, "
                "shrinking = ? WHERE signature = ?",
                *(*_row_of(filed), lease.unit.subject),
            )
        return True

    def finish(self, lease: Lease) -> bool:
        """Have done a unit; False, and nothing happens, when it was given to somebody else."""
        number = lease.unit.number
        with self.database.writing("store that a unit of work is done") as state:
            if not self._extend(state, lease, 0):
                return False
            state.do("UPDATE units SET state = 'done' WHERE number = ?", number)
            state.do("DELETE FROM units WHERE state = 'done' AND number <= ?", number - UNITS_KEPT)
            if lease.unit.kind is Kind.SEARCH:
                state.do("UPDATE lanes SET units = units + 1 WHERE name = ?", lease.unit.subject)
        return True

    def release(self, worker: str) -> None:
        """Take back what a worker has, who is known to be dead."""
        with self.database.writing("take back a unit of work") as state:
            state.do(
                "UPDATE units SET state = 'waiting', token = token + 1 "
                "WHERE state = 'leased' AND worker = ?",
                worker,
            )

    def begin_session(self) -> None:
        """Take back everything: whoever had a lease is dead, and its clock is not this one.

        What was given up is tried again; what is to be searched is decided anew.
        """
        with self.database.writing("begin a session") as state:
            state.do("DELETE FROM units WHERE kind = 'search' AND state != 'done'")
            state.do(
                "UPDATE units SET state = 'waiting', token = token + 1, attempts = 0 "
                "WHERE state IN ('leased', 'given-up')"
            )
            state.do("DELETE FROM heard")

    def _put(self, lane: str, entries: Sequence[Entry]) -> list[str | None]:
        """Put what is new into the folder, and return names; None where there is no room left."""
        if not entries:
            return []
        state, shelf = self.database, shelf_of(lane)
        count, used = state.rows("SELECT count(*), total(bytes) FROM entries")[0]
        room = self.bytes_max - state.bytes() - used - count * BLOCK
        names: list[str | None] = []
        for entry in entries:
            if not _gained(state, lane, entry):  # Somebody else was first: it is not stored.
                names.append(hash_of(entry.text))
                continue
            room -= len(entry.text) + BLOCK
            names.append(self._cases.put(shelf, entry.text) if room >= 0 else None)
        self._cases.sync(shelf)
        return names

    def _extend(self, state: Database, lease: Lease, news: int) -> bool:
        """Whether a lease still holds: then its end is as far away as it was at its beginning."""
        held = state.rows(
            "SELECT 1 FROM units WHERE number = ? AND token = ? AND state = 'leased'",
            *(lease.unit.number, lease.token),
        )
        if held:
            state.do(
                "UPDATE units SET until = max(until, ?), news = news + ? WHERE number = ?",
                *(self._clock() + EXTENSION_SECONDS, news, lease.unit.number),
            )
        return bool(held)


def shelf_of(lane: str) -> str:
    """Name the target of a lane, which is called `TARGET@KERNEL`."""
    return lane.partition("@")[0]


def _add_unit(state: Database, kind: Kind, subject: str, seed: int) -> int:
    return state.do(
        "INSERT INTO units (kind, subject, seed) VALUES (?, ?, ?)", kind.value, subject, seed
    )


def _gained(state: Database, lane: str, entry: Entry) -> int:
    """Count the counters that an entry is the first to reach."""
    counters = set(entry.reached)
    return len(counters) - state.one(
        "SELECT count(*) FROM reached "
        "WHERE lane = ? AND counter IN (SELECT value FROM json_each(?))",
        *(lane, json.dumps(sorted(counters))),
    )


def _add_entry(state: Database, lane: str, name: str, entry: Entry, at: float) -> bool:
    """Add a case if it reaches what nobody's did; whether that was so."""
    gained = _gained(state, lane, entry)
    if not gained:
        return False
    state.do_many(
        "INSERT OR IGNORE INTO reached (lane, counter) VALUES (?, ?)",
        [(lane, counter) for counter in entry.reached],
    )
    state.do(
        "INSERT OR IGNORE INTO entries (lane, shelf, hash, bytes, at) VALUES (?, ?, ?, ?, ?)",
        *(lane, shelf_of(lane), name, len(entry.text.encode()), at),
    )
    state.do("UPDATE lanes SET reached = reached + ? WHERE name = ?", gained, lane)
    return True


def _add_finding(state: Database, batch: Batch, found: Discovery, at: float) -> bool:
    """Note that a lane has shown a finding; whether no lane had, so that it is to be filed."""
    signature = found.signature
    if not state.rows(
        "SELECT 1 FROM sightings WHERE signature = ? AND lane = ?", signature, batch.lane
    ):
        state.do("INSERT INTO sightings VALUES (?, ?)", signature, batch.lane)
        state.do("UPDATE lanes SET findings = findings + 1 WHERE name = ?", batch.lane)
    if state.rows("SELECT 1 FROM findings WHERE signature = ?", signature):
        return False
    executions = state.one("SELECT total(executions) FROM lanes") + batch.executions
    state.do(
        "INSERT INTO findings (signature, kind, place, harm, title, detail, lane, cases, "
        "executions, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(signature, found.kind, found.place, found.harm, found.title, found.detail),
        *(batch.lane, json.dumps(found.cases), int(executions), at),
    )
    _add_unit(state, Kind.FILE, signature, 0)
    return True


def _row_of(filed: Filed) -> tuple[Any, ...]:
    return (filed.minimal, filed.harm, filed.title, filed.folder, filed.size, filed.executions)


def _receipt_of(text: str) -> Receipt:
    words = json.loads(text)
    words["discoveries"] = tuple(words["discoveries"])
    return Receipt(**words)
