"""What a person sees of a session: a moving line on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click
from rich.markup import escape
from rich.text import Text

from fuzz.keep.crashes import CrashFolder
from fuzz.keep.files import KeepError
from fuzz.people.output import say, show_table
from fuzz.people.terminal import PLAIN_SECONDS, Redrawn
from fuzz.people.text import counted

if TYPE_CHECKING:
    from fuzz.people.filing import Kept
    from fuzz.people.session import Plan, Session
    from fuzz.program.case import Case
    from fuzz.search.supervisor import Totals

REFRESHES: Final = 4
"""How often a second a terminal is redrawn."""


class Screen(Redrawn):
    """Shows a session: a moving line, and lines that stay."""

    def __init__(self) -> None:
        """Look whether a person reads along."""
        super().__init__(each_second=REFRESHES)
        self._next = PLAIN_SECONDS

    def progressed(self, total: Totals, findings: int) -> None:
        """Show how far the search has come."""
        self.moved(total.seconds, progress_line(total, findings))

    def moved(self, seconds: float, line: str) -> None:
        """Show how far it is after so many seconds: always on a terminal, now and then in a log."""
        if self._live:
            self._live.update(Text(line))
        elif seconds >= self._next:
            self._next = seconds + PLAIN_SECONDS
            self.said(line)

    def now(self, line: str) -> None:
        """Show on a terminal what is done just now; a log need not know."""
        if self._live:
            self._live.update(Text(line))

    def found(self, kept: Kept) -> None:
        """Show a finding."""
        self.said(found_line(kept))

    def shrunk(self, kept: Kept) -> None:
        """Show what a finding was shrunk to."""
        self.said(shrunk_line(kept))

    def said(self, text: str) -> None:
        """Show a line."""
        if self._live:
            self._live.console.print(escape(text), highlight=False, soft_wrap=True)
        else:
            click.echo(text, err=True)


def opening_line(plan: Plan) -> str:
    """Say what is about to happen, to somebody who has never seen it."""
    settings = "".join(f", {name} {text}" for name, text in plan.settings.items())
    limits = [f"for {plan.seconds:g} seconds"] if plan.seconds else []
    limits += [f"for {counted(plan.runs, 'run')}"] if plan.runs else []
    limits += [f"until {plan.until} is found"] if plan.until else []
    limit = " or ".join(limits) or "until you stop it"
    return (
        f"Looking for bugs in {plan.target.name} ({plan.target.sentence}), "
        f"kernel {plan.kernel}{settings}, {limit}. "
        f"Ctrl-C ends it earlier and keeps what was found, in {plan.crashes}."
    )


def progress_line(total: Totals, findings: int) -> str:
    """Say how far a search has come."""
    rate = total.runs / total.seconds if total.seconds else 0.0
    return (
        f"{total.seconds:6.1f} s  {total.runs:,} runs  {rate:,.0f}/s  "
        f"{total.features} features  {total.kept} kept  {counted(findings, 'finding')}"
    )


def found_line(kept: Kept) -> str:
    """Say what was found, and when."""
    finding = kept.finding
    return (
        f"{kept.seconds:6.1f} s  found {finding.kind} in {finding.place} ({finding.harm.value}) "
        f"in run {kept.runs:,}; now it is shrunk"
    )


def shrunk_line(kept: Kept) -> str:
    """Say what a finding was shrunk to, and where it is kept."""
    return (
        f"          {kept.finding.kind} in {kept.finding.place} takes {size_of(kept.case)}: "
        f"{kept.folder} ({kept.stored.value})"
    )


def size_of(case: Case) -> str:
    """Say how large a case is."""
    tasks = sum(bool(program.operations) for program in case.programs)
    parts = [counted(tasks, "task"), counted(case.size, "operation")]
    parts += [counted(len(case.faults), "fault")] if case.faults else []
    if case.switches:
        parts.append(f"{len(case.switches)} switch" + "es" * (len(case.switches) > 1))
    return ", ".join(parts)


def show_end(session: Session, *, as_json: bool) -> None:
    """Print what a session has found: JSON, a table on a terminal, lines otherwise."""
    if as_json:
        say(json.dumps(session_json(session)))
        return
    total = session.totals
    findings = sorted(session.findings, key=lambda kept: (kept.finding.harm.rank, kept.runs))
    say(f"{total.runs:,} runs in {total.seconds:.1f} s, {counted(len(findings), 'finding')}")
    if not findings:
        return
    show_table(
        ["harm", "what", "where", "found in run", "smallest case"],
        (
            [
                kept.finding.harm.value,
                kept.finding.kind,
                kept.finding.place,
                str(kept.runs),
                size_of(kept.case),
            ]
            for kept in findings
        ),
    )
    report = CrashFolder(findings[0].folder).report
    say(f"\nEach has a folder in {report.parent.parent}. The worst one, as {report} tells it:\n")
    try:
        say(report.read_text(encoding="utf-8", errors="replace").rstrip())
    except OSError as error:
        raise KeepError(f"read {report.name}", report.parent, error) from error


def session_json(session: Session) -> dict[str, Any]:
    """Describe a session for a script."""
    total = session.totals
    return {
        "runs": total.runs,
        "seconds": round(total.seconds, 3),
        "features": total.features,
        "kept": total.kept,
        "findings": [_kept_json(kept) for kept in session.findings],
    }


def _kept_json(kept: Kept) -> dict[str, Any]:
    return {
        "kind": kept.finding.kind,
        "place": kept.finding.place,
        "harm": kept.finding.harm.value,
        "title": kept.finding.title,
        "runs": kept.runs,
        "seconds": round(kept.seconds, 3),
        "shrinking_runs": kept.shrinking_runs,
        "tasks": sum(bool(program.operations) for program in kept.case.programs),
        "operations": kept.case.size,
        "faults": len(kept.case.faults),
        "switches": len(kept.case.switches),
        "stored": kept.stored.value,
        "folder": str(kept.folder),
    }
