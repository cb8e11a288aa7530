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


def judged(campaign: Campaign, before: Speed, after: Speed) -> Verdict:
    """Stop the campaign, and look at everything."""
    campaign.note()
    campaign.stop()
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
    share = after.honest / before.honest if before.honest else 0.0
    clock = after.by_clock / before.by_clock if before.by_clock else 0.0
    checks = [
        (not lost, f"{len(campaign.entries):,} cases were acknowledged, {len(lost)} are lost"),
        (not spoilt, f"{len(spoilt)} of them have no file, or a wrong one"),
        (not missing, f"{len(campaign.findings)} findings, {len(missing)} are lost"),
        (not unfiled, f"{len(filed)} crash folders, {len(unfiled)} are lost"),
        (intact, "SQLite finds its file intact" if intact else "SQLite finds its file damaged"),
        (not strays, f"processes that are left: {strays or 'none'}"),
        (
            share >= SPEED_MIN,
            f"speed: {share:.0%} of what it was, from {before.honest:,.0f} to {after.honest:,.0f} "
            f"executions/s with a CPU each ({clock:.0%} by the clock)",
        ),
        (campaign.refused > 0, f"batches refused while the disk was full: {campaign.refused}"),
        (_ate(folder), "a worker ate memory, and was replaced for it"),
        (not state.given_up, f"work that was given up: {state.given_up}"),
    ]
    total = f"{state.executions:,} executions in {state.facts['sessions']} sessions"
    lines = [total, *(f"{'ok  ' if good else 'BAD '} {text}" for good, text in checks)]
    return Verdict(tuple(lines), all(good for good, _ in checks))


def _spoilt(folder: Path) -> list[str]:
    database, cases = Database(folder, reads_only=True), CaseFolder(folder)
    rows = database.rows("SELECT shelf, hash FROM entries")
    database.close()
    return [name for shelf, name in rows if cases.get(shelf, name) is None]


def _ate(folder: Path) -> bool:
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
