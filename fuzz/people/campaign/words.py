"""What is said of a campaign in words: durations, numbers, one line, one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.people.text import counted

if TYPE_CHECKING:
    from fuzz.keep.hub.overview import FindingRow
    from fuzz.people.campaign.view import KernelRow, View

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86400
MIB: Final = 1 << 20


def duration(seconds: float | None) -> str:
    """Say how long something took, in two units: `2 days, 3 hrs`; `none yet` for None."""
    if seconds is None:
        return "none yet"
    whole = int(seconds)
    if whole < MINUTE:
        return f"{whole} sec"
    if whole < HOUR:
        return f"{whole // MINUTE} min, {whole % MINUTE} sec"
    if whole < DAY:
        return f"{whole // HOUR} hrs, {whole % HOUR // MINUTE} min"
    return f"{counted(whole // DAY, 'day')}, {whole % DAY // HOUR} hrs"


def mebibytes(number: int) -> str:
    """Say how much memory or disk something takes."""
    return f"{number / MIB:,.1f} MiB"


def status_word(view: View) -> str:
    """Say in a word or two how a campaign is."""
    if view.pid is None:
        return "stopped"
    if view.trouble:
        return "in trouble"
    return "on a plateau" if view.plateau else "running"


def summary_line(view: View) -> str:
    """Say on one line how a campaign goes, for logs."""
    state = view.state
    harms = ", ".join(f"{count} {harm}" for harm, count in view.harms)
    return (
        f"{duration(view.seconds)}: {state.executions:,} runs, {view.rate_now:,.0f}/s now, "
        f"{view.rate:,.0f}/s over all, {state.reached:,} features, {counted(state.entries, 'case')}"
        f", {counted(len(state.findings), 'finding')}{f' ({harms})' if harms else ''}, "
        f"last news {duration(view.news_ago)} ago, {status_word(view)}"
    )


def view_json(view: View) -> dict[str, Any]:
    """Describe a campaign for a script, and for the web page."""
    state = view.state
    return {
        "folder": str(view.folder),
        "status": status_word(view),
        "pid": view.pid,
        "url": view.url,
        "trouble": view.trouble,
        "seconds": round(view.seconds, 1),
        "executions": state.executions,
        "executions_per_second": round(view.rate, 1),
        "executions_per_second_now": round(view.rate_now, 1),
        "features": state.reached,
        "cases": state.entries,
        "bytes": state.bytes,
        "seconds_since_news": round(view.news_ago, 1),
        "seconds_since_finding": None if view.finding_ago is None else round(view.finding_ago, 1),
        "plateau": view.plateau,
        "to_file": state.to_file,
        "given_up": state.given_up,
        "harms": dict(view.harms),
        "findings": [_finding_json(row) for row in view.findings],
        "lanes": [_lane_json(row) for row in view.kernels],
        "workers": view.workers,
        "events": [
            {"seconds": round(event.at, 1), "wall": event.wall, "text": event.text}
            for event in state.events
        ],
    }


def _finding_json(row: FindingRow) -> dict[str, Any]:
    return {
        "signature": row.signature,
        "harm": row.harm,
        "title": row.title,
        "lane": row.lane,
        "lanes": list(row.lanes),
        "executions": row.executions,
        "seconds": round(row.at, 1),
        "size": row.size,
        "folder": row.folder,
    }


def _lane_json(row: KernelRow) -> dict[str, Any]:
    return {
        "lane": row.lane,
        "executions": row.executions,
        "cases": row.entries,
        "features": row.reached,
        "findings": row.findings,
        "seconds_since_news": None if row.news_ago is None else round(row.news_ago, 1),
    }
