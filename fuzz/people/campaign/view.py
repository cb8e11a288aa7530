"""What people are shown of a campaign: one moment, with all that is worked out from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from fuzz.keep.hub.database import Database
from fuzz.keep.hub.overview import overview
from fuzz.keep.lock import holder
from fuzz.values.finding import Harm

if TYPE_CHECKING:
    from pathlib import Path

    from fuzz.keep.hub.overview import FindingRow, Overview

NOW_SECONDS: Final = 20.0
"""What `now` means of a rate."""
PLATEAU_SECONDS: Final = 600.0
PLATEAU_SHARE: Final = 0.3
"""No news for so long, and for so much of the campaign, is a plateau."""

WORKERS: Final = "workers"
URL: Final = "url"
TROUBLE: Final = "trouble"
NOTED: Final = "noted"
"""Facts that the supervisor notes: its processes, the web page, what it cannot do right now, and
when, on the clock that all processes of a machine share."""
SILENT_SECONDS: Final = 10.0
"""A supervisor that has noted nothing for so long cannot: it does so every second."""


@dataclass(frozen=True, slots=True)
class KernelRow:
    """A target on a kernel."""

    lane: str
    executions: int
    entries: int
    reached: int
    findings: int
    news_ago: float | None
    """Seconds since it brought something; None if it never was searched."""


@dataclass(frozen=True, slots=True)
class View:
    """One moment of a campaign."""

    folder: Path
    state: Overview
    pid: int | None
    """The supervisor's process; None when the campaign rests, 0 when it is not known."""
    now: float
    """On the clock of `NOTED`."""

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return self.state.seconds

    @property
    def rate(self) -> float:
        """Executions a second, over all the time."""
        return self.state.executions / self.seconds if self.seconds else 0.0

    @property
    def rate_now(self) -> float:
        """Executions a second, lately."""
        samples = self.state.samples
        if self.pid is None or not samples:
            return 0.0
        last = samples[-1]
        before = next((s for s in samples if s.at >= last.at - NOW_SECONDS), last)
        if before is last:
            return 0.0
        return (last.executions - before.executions) / (last.at - before.at)

    @property
    def news_ago(self) -> float:
        """Seconds since anything new was found."""
        return max(0.0, self.seconds - self.state.news_at)

    @property
    def finding_ago(self) -> float | None:
        """Seconds since the last finding; None if there is none."""
        findings = self.state.findings
        return self.seconds - max(row.at for row in findings) if findings else None

    @property
    def plateau(self) -> bool:
        """Whether nothing new has come for long."""
        return self.news_ago >= max(PLATEAU_SECONDS, PLATEAU_SHARE * self.seconds)

    @property
    def findings(self) -> list[FindingRow]:
        """All findings, the worst harm first, then in the order in which they were found."""
        return sorted(self.state.findings, key=lambda row: (_rank(row.harm), row.at, row.signature))

    @property
    def harms(self) -> list[tuple[str, int]]:
        """How many findings do which harm, the worst first."""
        counts = Counter(row.harm for row in self.state.findings)
        return [(harm, counts[harm]) for harm in sorted(counts, key=lambda h: (_rank(h), h))]

    @property
    def kernels(self) -> list[KernelRow]:
        """What each target on each kernel has brought."""
        return [
            KernelRow(
                lane=row.name,
                executions=row.executions,
                entries=row.entries,
                reached=row.reached,
                findings=row.findings,
                news_ago=max(0.0, self.seconds - row.news_at) if row.executions else None,
            )
            for row in self.state.lanes
        ]

    @property
    def workers(self) -> list[dict[str, Any]]:
        """What each process is at, as the supervisor saw it last."""
        return list(self.state.facts.get(WORKERS, ())) if self.pid is not None else []

    @property
    def url(self) -> str:
        """Where the web page is; empty when there is none."""
        return str(self.state.facts.get(URL, "")) if self.pid is not None else ""

    @property
    def trouble(self) -> str:
        """What the supervisor cannot do right now; empty when all is well."""
        if self.pid is None:
            return ""
        silent = self.now - float(self.state.facts.get(NOTED, self.now))
        if silent > SILENT_SECONDS:
            return f"nothing could be noted for {silent:.0f} seconds: is the disk full?"
        return str(self.state.facts.get(TROUBLE, ""))


def look(folder: Path) -> View:
    """Look at the campaign in a folder; KeepError when there is none, or it cannot be read."""
    database = Database(folder, reads_only=True)
    try:
        return View(folder, overview(database), holder(folder), monotonic())
    finally:
        database.close()


def _rank(harm: str) -> int:
    names = [one.value for one in Harm]
    return names.index(harm) if harm in names else len(names)
