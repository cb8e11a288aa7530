"""`swapstorm matrix`: on which kernels, under which designs, a case shows its finding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click

from fuzz.people.asking import case_on
from fuzz.people.commands.options import CASE, DESIGN, KERNEL
from fuzz.people.errors import UserError, in_file
from fuzz.people.output import Status, on_terminal, say, show_table
from fuzz.people.reports.affected import affected_kernels, shown
from fuzz.people.reports.closing import how_it_closes
from fuzz.people.reports.facts import affected_facts, closing_facts, finding_facts
from fuzz.people.reports.matrix import kernels_grid, run_everywhere
from fuzz.people.reports.sentences import closing_sentences
from fuzz.people.source import read_case
from fuzz.people.text import table, wrapped
from fuzz.people.triage.forms.words import borders
from fuzz.people.triage.primary import primary_of
from fuzz.people.words import shown as shown_words
from fuzz.program.case import bare
from fuzz.program.demonstrate import demonstrate
from fuzz.program.execute import execute

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fuzz.people.reports.affected import Affected
    from fuzz.people.reports.closing import Closing
    from fuzz.people.reports.matrix import Matrix
    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding

TABLE: Final = "table"
MARKDOWN: Final = "md"
JSON: Final = "json"


@click.command()
@CASE
@KERNEL
@DESIGN
@click.option("--finding", "kind", metavar="KIND", help="This one; by default what CASE expects.")
@click.option(
    "--format",
    "form",
    type=click.Choice((TABLE, MARKDOWN, JSON)),
    default=TABLE,
    show_default=True,
    help="What to print.",
)
@click.pass_obj
def matrix(targets: Mapping[str, Target], path: Path, **options: Any) -> Status:
    """Run CASE on every kernel with every design, and say where its finding is.

    Names the first bad and the first good kernel, and the change or design that closes it, each
    found by running it. Exit 0 when that could be done, whatever it shows.
    """
    case = read_case(path, targets)
    target = targets[case.target]
    try:
        case = case_on(target, case, options["kernel"], options["design"])
        finding = _chosen(target, case, options["kind"])
    except UserError as error:
        raise in_file(path, error) from None
    case = bare(case)
    grid = run_everywhere(target, case)
    affected = affected_kernels(grid, case, finding)
    closing = how_it_closes(target, case, finding, grid)
    match options["form"]:
        case "json":
            say(json.dumps(_as_json(grid, case, finding, (affected, closing)), indent=2))
        case form:
            _say(
                grid, finding, [*borders(affected), *closing_sentences(closing, case.kernel)], form
            )
    return Status.GOOD


def _chosen(target: Target, case: Case, kind: str | None) -> Finding:
    """Choose what is asked for, else the first that the case expects, else what it is about."""
    findings = execute(target, bare(case)).findings
    expected = [(one.kind, one.place) for one in case.expectations if one.kind]
    if kind is not None:
        expected = [(kind, "")]
    wanted = [
        one
        for k, place in expected
        for one in findings
        if one.kind == k and place in ("", one.place)
    ]
    chosen = wanted[0] if wanted else primary_of(findings) if kind is None else None
    if chosen is None:
        what = "a finding" if kind is None else f"the finding {kind!a}"
        raise UserError(f"expected a case that shows {what}: it shows {shown_words(findings)}")
    return demonstrate(target, bare(case), chosen)


def _say(grid: Matrix, finding: Finding, sentences: Sequence[str], form: str) -> None:
    cells = kernels_grid(grid, finding)
    legend = " ".join(f"{sign}: {meaning}." for sign, meaning in cells.legend)
    say("\n".join(wrapped(f"{finding.title} ({finding.harm.value})")))
    say("")
    if form == MARKDOWN:
        say("\n".join(table(cells.heads, cells.rows)))
    elif on_terminal():
        show_table(cells.heads, cells.rows)
    else:
        say("\n".join("\t".join(row) for row in (cells.heads, *cells.rows)))
    say("")
    say("\n".join(wrapped(legend)))
    say("")
    for sentence in sentences:
        say("\n".join(wrapped(f"* {sentence}", hanging=2)))


def _as_json(
    grid: Matrix, case: Case, finding: Finding, known: tuple[Affected, Closing]
) -> dict[str, Any]:
    affected, closing = known
    return {
        **finding_facts(finding),
        "target": case.target,
        "kernel": case.kernel,
        "matrix": {
            kernel: {design: shown(grid, kernel, design, finding) for design in grid.designs}
            for kernel in grid.kernels
        },
        "affected": affected_facts(affected),
        "closing": closing_facts(closing),
    }
