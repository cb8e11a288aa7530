"""`swapstorm show`: what happens in a case, as a timeline, a report or a trace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from fuzz.keep.crashes import CrashFolder
from fuzz.keep.files import write_atomically
from fuzz.people.asking import case_on
from fuzz.people.commands.options import CASE, DESIGN, KERNEL
from fuzz.people.errors import UserError, in_file
from fuzz.people.output import Status, say
from fuzz.people.reports.case_timeline import case_timeline
from fuzz.people.reports.explain import explain
from fuzz.people.reports.facts import reliability_in
from fuzz.people.reports.html.page import report_html
from fuzz.people.reports.markdown.document import report_markdown
from fuzz.people.reports.trace import trace_of
from fuzz.people.source import read_case
from fuzz.people.verdict import judge, why_missing
from fuzz.people.words import expected, shown
from fuzz.program.case import bare
from fuzz.program.demonstrate import demonstrate
from fuzz.program.execute import execute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding

TEXT: Final = "text"
MARKDOWN: Final = "md"
HTML: Final = "html"
TRACE: Final = "trace"


@click.command()
@CASE
@KERNEL
@DESIGN
@click.option(
    "--format",
    "form",
    type=click.Choice((TEXT, MARKDOWN, HTML, TRACE)),
    default=TEXT,
    help="A timeline (the default), a report as Markdown or HTML, or a trace for Perfetto.",
)
@click.option("--finding", "kind", metavar="KIND", help="Report this one; by default the worst.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to a file, which appears whole or not at all.",
)
@click.option("--points", is_flag=True, help="List every visit, to anchor faults and switches.")
@click.pass_obj
def show(targets: Mapping[str, Target], path: Path, **options: Any) -> Status:
    """Show what happens in a case: one column a task, time goes down."""
    if options["kind"] is not None and (options["points"] or options["form"] in (TEXT, TRACE)):
        raise UserError("--finding: only a report is about one: add --format md or --format html")
    if options["points"] and options["form"] != TEXT:
        raise UserError(f"--points: expected no --format {options['form']} beside it")
    case = read_case(path, targets)
    target = targets[case.target]
    try:
        case = case_on(target, case, options["kernel"], options["design"])
        if options["points"]:
            text = "\n".join(visits(execute(target, case))) + "\n"
        else:
            text = _shown(target, case, path, options)
    except UserError as error:
        raise in_file(path, error) from None
    if options["output"] is not None:
        write_atomically(options["output"], text)
    elif text.rstrip("\n"):
        say(text.rstrip("\n"))
    return Status.GOOD


def _shown(target: Target, case: Case, path: Path, options: Mapping[str, Any]) -> str:
    match options["form"]:
        case "text":
            return _timeline(target, case)
        case "trace":
            return trace_of(target, case)
        case form:
            outcome = execute(target, bare(case))
            finding = demonstrate(target, bare(case), _chosen(outcome, options["kind"]))
            report = explain(target, bare(case), outcome, finding, click.format_filename(path))
            measured = reliability_in(CrashFolder(path.parent), case)
            report = replace(report, reliability=measured)
            return report_html(report) if form == HTML else report_markdown(report)


def _chosen(outcome: Outcome, kind: str | None) -> Finding:
    """Choose the finding that a report is about: the worst, and of those the first."""
    wanted = [found for found in outcome.findings if kind in (None, found.kind)]
    if not wanted:
        what = "a finding" if kind is None else f"the finding {kind!a}"
        raise UserError(f"expected a case that shows {what}: it shows {shown(outcome.findings)}")
    return min(wanted, key=lambda found: found.harm.rank)


def _timeline(target: Target, case: Case) -> str:
    return "\n".join([*case_timeline(target, case), *missing(target, case)]) + "\n"


def missing(target: Target, case: Case) -> Iterator[str]:
    """Say which expected findings are not there, and where the run left the way to them."""
    for check in judge(target, case, kernel=case.kernel).checked:
        if (divergence := why_missing(target, check)) is not None:
            yield f"missing: {expected(check.expectation)}"
            yield from divergence.lines


def visits(outcome: Outcome) -> Iterator[str]:
    """Write each visit of a run as a case anchors it, with what it is, and what may fail there."""
    anchors = [f"{task.name} {point.name}#{visit}" for task, point, visit, _ in outcome.trace]
    width = max(map(len, anchors), default=0)
    for anchor, (_, point, _, _) in zip(anchors, outcome.trace, strict=True):
        failing = f" [{' '.join(point.faults)}]" if point.faults else ""
        yield f"{anchor:{width}}  {point.sentence}{failing}"
