"""The status screen: blocks that whoever knows AFL++ finds at once, redrawn where they are."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final

import click
from rich.columns import Columns
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from fuzz.keep.files import KeepError
from fuzz.people.campaign.view import look
from fuzz.people.campaign.words import duration, mebibytes, status_word, summary_line
from fuzz.people.terminal import PLAIN_SECONDS, Redrawn
from fuzz.people.text import counted, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rich.console import RenderableType

    from fuzz.people.campaign.view import View

REDRAW_SECONDS: Final = 0.5
LANES_SHOWN: Final = 10
FINDINGS_SHOWN: Final = 8
EVENTS_SHOWN: Final = 4
STALE_SECONDS: Final = 120.0
"""Without news for so long, the time is shown in another colour, as AFL++ does."""


class CampaignScreen(Redrawn):
    """Shows a campaign: a screen on a terminal, a line now and then elsewhere."""

    def __init__(self, folder: Path) -> None:
        """Look whether a person reads along."""
        super().__init__()
        self._folder = folder
        self._next = monotonic() + (0.0 if self._live else PLAIN_SECONDS)

    def said(self, text: str) -> None:
        """Show a line in a log; on a terminal it is among the events."""
        if self._live is None:
            click.echo(plain(text), err=True)

    def moved(self) -> None:
        """Show how it goes, if it is time to."""
        now = monotonic()
        if now < self._next:
            return
        self._next = now + (REDRAW_SECONDS if self._live else PLAIN_SECONDS)
        with suppress(KeepError):  # The supervisor tells what is wrong.
            view = look(self._folder)
            if self._live:
                self._live.update(drawn(view), refresh=True)
            else:
                self.said(summary_line(view))


def drawn(view: View) -> RenderableType:
    """Draw a moment of a campaign."""
    title = Text(f"swapstorm campaign {plain(str(view.folder))} ({status_word(view)})", "bold")
    top = Columns([_timing(view), _results(view), _corpus(view)], padding=(0, 0))
    parts: list[RenderableType] = [title, top]
    if view.trouble:
        parts.append(Panel(Text(plain(view.trouble), "bold red"), title="trouble"))
    parts += [_workers(view), _lanes(view)]
    if view.findings:
        parts.append(_findings(view))
    parts.append(_events(view))
    return Group(*parts)


def _facts(title: str, rows: Iterable[tuple[str, str | Text]]) -> Panel:
    """Make a block of names and values, aligned at their colon."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", style="dim")
    grid.add_column()
    for name, value in rows:
        grid.add_row(f"{name} :", value if isinstance(value, Text) else Text(value))
    return Panel(grid, title=title, title_align="left", expand=False)


def _timing(view: View) -> Panel:
    style = "yellow" if view.news_ago > STALE_SECONDS else ""
    news = Text(duration(view.news_ago), "bold red" if view.plateau else style)
    return _facts(
        "process timing",
        [
            ("run time", duration(view.seconds)),
            ("last new case", news),
            ("last new finding", duration(view.finding_ago)),
            ("exec speed", f"{view.rate_now:,.0f}/sec"),
            ("on average", f"{view.rate:,.0f}/sec"),
        ],
    )


def _results(view: View) -> Panel:
    harms: list[tuple[str, str | Text]] = [
        (harm, Text(str(count), "red")) for harm, count in view.harms
    ]
    return _facts(
        "overall results",
        [
            ("total execs", f"{view.state.executions:,}"),
            ("findings", Text(str(len(view.state.findings)), "bold red" * bool(view.harms))),
            *harms,
        ],
    )


def _corpus(view: View) -> Panel:
    state = view.state
    return _facts(
        "corpus and background",
        [
            ("corpus count", f"{state.entries:,}"),
            ("features", f"{state.reached:,}"),
            ("on disk", mebibytes(state.bytes)),
            ("to file, shrink", str(state.to_file)),
            ("given up", str(state.given_up)),
            ("web page", view.url or "none"),
        ],
    )


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(*heads, title=title, title_justify="left", title_style="bold")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    return table


def _workers(view: View) -> Table:
    return _table(
        "workers",
        ["who", "process", "at", "does", "execs", "memory", "starts"],
        (
            [
                str(worker["name"]),
                str(worker["pid"] or "-"),
                str(worker["at"] or "-"),
                str(worker["state"]),
                f"{worker['executions']:,}",
                mebibytes(worker["memory"]),
                str(worker["starts"]),
            ]
            for worker in view.workers
        ),
    )


def _lanes(view: View) -> Table:
    rows = sorted(view.kernels, key=lambda row: (row.news_ago or 0.0, row.lane))
    hidden = max(0, len(rows) - LANES_SHOWN)
    return _table(
        "kernels, the latest news first" + (f"; {hidden} more" if hidden else ""),
        ["kernel", "execs", "corpus", "features", "findings", "last news"],
        (
            [
                row.lane,
                f"{row.executions:,}",
                f"{row.entries:,}",
                f"{row.reached:,}",
                str(row.findings),
                duration(row.news_ago),
            ]
            for row in rows[:LANES_SHOWN]
        ),
    )


def _findings(view: View) -> Table:
    rows = view.findings
    hidden = max(0, len(rows) - FINDINGS_SHOWN)
    return _table(
        "findings, the worst first" + (f"; {hidden} more" if hidden else ""),
        ["harm", "what", "on", "smallest case"],
        (
            [row.harm, row.title, counted(len(row.lanes), "kernel"), row.size or "is filed soon"]
            for row in rows[:FINDINGS_SHOWN]
        ),
    )


def _events(view: View) -> RenderableType:
    lines = [
        Text(f"{duration(event.at):>16}  {plain(event.text)}", "dim", no_wrap=True)
        for event in view.state.events[:EVENTS_SHOWN]
    ]
    return Group(*lines)
