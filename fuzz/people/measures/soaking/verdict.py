"""What must be so after a soak."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import psutil

from fuzz.keep.crashes import list_crashes
from fuzz.keep.hub.cases import CaseFolder
from fuzz.keep.hub.database import Database
from fuzz.keep.hub.overview import overview
from fuzz.people.measures.soaking.campaign import stored_entries, stored_findings

if TYPE_CHECKING:
    from pathlib import Path

    from fuzz.people.measures.schedstat import Speed
    from fuzz.people.measures.soaking.campaign import Campaign

SPEED_MIN: Final = 0.9


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, a line each, and whether all was well."""

    lines: tuple[str, ...]
    good: bool


@dataclass(frozen=True, slots=True)
class Speeds:
    """How fast it was."""

    before: Speed
    """Before anything happened."""
    after: Speed
    fresh: Speed
    """A campaign with the same corpus to which nothing had happened, right after that."""

    def sentence(self) -> str:
        """Say it in numbers."""
        before, after, fresh = self.before, self.after, self.fresh
        return (
            f"speed: {_share(after.honest, fresh.honest):.0%} of an undisturbed campaign with this "
            f"corpus, {_share(after.honest, before.honest):.0%} of its own before; "
            f"{before.honest:,.0f}, {after.honest:,.0f} and {fresh.honest:,.0f} executions/s with "
            f"a CPU each ({before.by_clock:,.0f}, {after.by_clock:,.0f}, {fresh.by_clock:,.0f} by "
            "the clock)"
        )

    @property
    def recovered(self) -> bool:
        """Whether it is as fast as one to which nothing happened."""
        return _share(self.after.honest, self.fresh.honest) >= SPEED_MIN


def judged(campaign: Campaign, speeds: Speeds) -> Verdict:
    """Look at everything, after the campaign was stopped."""
    folder = campaign.folder
    lost = campaign.entries - stored_entries(folder)
    spoilt = _spoilt(folder)
    missing = campaign.findings - stored_findings(folder)
    database = Database(folder, reads_only=True)
    intact, state = database.is_intact(), overview(database)
    database.close()
    filed = {crash.path.name for crash in list_crashes(folder / "crashes")}
    unfiled = [row.folder for row in state.findings if row.folder and row.folder not in filed]
    strays = _strays(folder)
    checks = [
        (not lost, f"{len(campaign.entries):,} cases were acknowledged, {len(lost)} are lost"),
        (not spoilt, f"{len(spoilt)} of them have no file, or a wrong one"),
        (not missing, f"{len(campaign.findings)} findings, {len(missing)} are lost"),
        (not unfiled, f"{len(filed)} crash folders, {len(unfiled)} are lost"),
        (intact, "SQLite finds its file intact" if intact else "SQLite finds its file damaged"),
        (not strays, f"processes that are left: {strays or 'none'}"),
        (speeds.recovered, speeds.sentence()),
        (campaign.refused > 0, f"batches refused while the disk was full: {campaign.refused}"),
        (has_eaten(folder), "a worker ate memory, and was replaced for it"),
        (not state.given_up, f"work that was given up: {state.given_up}"),
    ]
    total = f"{state.executions:,} executions in {state.facts['sessions']} sessions"
    lines = [total, *(f"{'ok  ' if good else 'BAD '} {text}" for good, text in checks)]
    return Verdict(tuple(lines), all(good for good, _ in checks))


def _share(one: float, other: float) -> float:
    return one / other if other else 0.0


def _spoilt(folder: Path) -> list[str]:
    database, cases = Database(folder, reads_only=True), CaseFolder(folder)
    rows = database.rows("SELECT shelf, hash FROM entries")
    database.close()
    return [name for shelf, name in rows if cases.get(shelf, name) is None]


def has_eaten(folder: Path) -> bool:
    """Whether a worker was replaced for the memory that it ate."""
    database = Database(folder, reads_only=True)
    found = database.rows("SELECT 1 FROM events WHERE text LIKE '%MiB of memory%'")
    database.close()
    return bool(found)


def _strays(folder: Path) -> list[int]:
    """Find processes that work in the folder, besides this one."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if process.pid != os.getpid() and str(folder) in (process.info["cmdline"] or [])
    ]
