"""`swapstorm shrink`: the smallest case that shows the same finding."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from fuzz.keep.files import write_atomically
from fuzz.people.asking import case_on
from fuzz.people.commands.options import CASE, DESIGN, KERNEL
from fuzz.people.errors import UserError, in_file
from fuzz.people.output import Status, say
from fuzz.people.source import read_case
from fuzz.program.case import expecting
from fuzz.program.execute import execute
from fuzz.program.text import case_text
from fuzz.search.shrink.shrink import shrink as shrink_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.case import Case
    from fuzz.program.target import Target

RUNS: Final = 4000
"""More than any case of a few tasks needs; a person who waits sees the end within seconds."""


@click.command()
@CASE
@KERNEL
@DESIGN
@click.option(
    "-o", "output", metavar="FILE", type=click.Path(path_type=Path), help="Write it to a file."
)
@click.pass_obj
def shrink(
    targets: Mapping[str, Target],
    path: Path,
    kernel: str | None,
    design: str | None,
    output: Path | None,
) -> Status:
    """Print the smallest case that shows the worst finding of CASE, and expects it."""
    case = read_case(path, targets)
    target = targets[case.target]
    try:
        smallest = _smallest(target, case_on(target, case, kernel, design))
    except UserError as error:
        raise in_file(path, error) from None
    if output is None:
        say(case_text(smallest).rstrip("\n"))
    else:
        write_atomically(output, case_text(smallest))
    return Status.GOOD


def _smallest(target: Target, case: Case) -> Case:
    findings = execute(target, case).findings
    if not findings:
        raise UserError("expected a case that shows a finding: this one is clean")
    worst = min(findings, key=lambda finding: finding.harm.rank)
    smallest = shrink_case(target, case, worst.identity, budget=RUNS).case
    return expecting(smallest, [worst])
