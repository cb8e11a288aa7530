"""What a person sees of a campaign: one moving line on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from fuzz.people.output import show_table
from fuzz.people.text import counted

if TYPE_CHECKING:
    from fuzz.people.campaign import Campaign, Kept
    from fuzz.search.supervisor import Totals

PLAIN_SECONDS: Final = 10.0
"""How often a log hears that the search goes on; a terminal sees it all the time."""
REFRESHES: Final = 4
"""How often a second a terminal is redrawn."""


class Screen:
    """Shows a campaign on standard error, so that standard output holds results only."""

    def __init__(self) -> None:
        """Look whether a person reads along."""
        self._console = Console(stderr=True)
        self._live = Live(console=self._console, refresh_per_second=REFRESHES, transient=True)
        self._next = 0.0

    def __enter__(self) -> Screen:
        """Begin to show."""
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the moving line away."""
        if self._console.is_terminal:
            self._live.stop()

    def progressed(self, total: Totals, findings: int) -> None:
        """Show how far the search has come."""
        if self._console.is_terminal:
            self._live.update(Text(progress_line(total, findings)))
        elif total.seconds >= self._next:
            self._next = total.seconds + PLAIN_SECONDS
            self._print(progress_line(total, findings))

    def kept(self, kept: Kept) -> None:
        """Show a stored finding."""
        self._print(kept_line(kept))

    def said(self, text: str) -> None:
        """Show something out of the ordinary."""
        self._print(text)

    def _print(self, line: str) -> None:
        self._console.print(escape(line), highlight=False, soft_wrap=True)


def progress_line(total: Totals, findings: int) -> str:
    """Say how far a search has come."""
    rate = total.runs / total.seconds if total.seconds else 0.0
    return (
        f"{total.seconds:6.1f} s  {total.runs:,} runs  {rate:,.0f}/s  "
        f"{total.features} features  {total.kept} kept  {counted(findings, 'finding')}"
    )


def kept_line(kept: Kept) -> str:
    """Say what was found, when, and where it is kept."""
    finding = kept.finding
    return (
        f"found {finding.kind} in {finding.place} ({finding.harm.value}) "
        f"after {kept.runs:,} runs, {kept.seconds:.1f} s; {kept.stored.value}: {kept.folder}"
    )


def show_end(campaign: Campaign, *, as_json: bool) -> None:
    """Print what a campaign has found: JSON, a table on a terminal, lines otherwise."""
    if as_json:
        sys.stdout.write(json.dumps(campaign_json(campaign)) + "\n")
        return
    total = campaign.totals
    findings = sorted(campaign.findings, key=lambda kept: (kept.finding.harm.rank, kept.runs))
    sys.stdout.write(
        f"{total.runs:,} runs in {total.seconds:.1f} s, {counted(len(findings), 'finding')}\n"
    )
    if findings:
        show_table(
            ["harm", "what", "where", "runs", "smallest case"],
            (
                [k.finding.harm.value, k.finding.kind, k.finding.place, str(k.runs), str(k.folder)]
                for k in findings
            ),
        )
        _show_worst(findings[0])


def _show_worst(kept: Kept) -> None:
    """Print the report of the worst finding."""
    sys.stdout.write(f"\n{kept.report}\nThis report: {kept.folder / 'report.md'}\n")


def campaign_json(campaign: Campaign) -> dict[str, Any]:
    """Describe a campaign for a script."""
    total = campaign.totals
    return {
        "runs": total.runs,
        "seconds": round(total.seconds, 3),
        "features": total.features,
        "kept": total.kept,
        "findings": [
            {
                "kind": kept.finding.kind,
                "place": kept.finding.place,
                "harm": kept.finding.harm.value,
                "title": kept.finding.title,
                "runs": kept.runs,
                "seconds": round(kept.seconds, 3),
                "shrinking_runs": kept.shrinking_runs,
                "tasks": len(kept.case.programs),
                "operations": kept.case.size,
                "faults": len(kept.case.faults),
                "switches": len(kept.case.switches),
                "stored": kept.stored.value,
                "folder": str(kept.folder),
            }
            for kept in campaign.findings
        ],
    }
