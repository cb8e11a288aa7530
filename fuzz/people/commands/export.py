"""`swapstorm export`: a case as a program for pytest, for a real kernel, for another fuzzer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fuzz.keep.files import write_atomically
from fuzz.people.asking import case_on
from fuzz.people.commands.options import CASE, DESIGN, KERNEL
from fuzz.people.errors import UserError, in_file
from fuzz.people.exports.by_name import exporter_named
from fuzz.people.output import Status, say
from fuzz.people.source import read_case
from fuzz.program.target import CannotRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.target import Target


@click.command()
@CASE
@click.option(
    "--to",
    "form",
    required=True,
    metavar="FORM",
    help="pytest, c, sh, syz, or what else is installed.",
)
@KERNEL
@DESIGN
@click.option(
    "-o", "output", metavar="FILE", type=click.Path(path_type=Path), help="Write it to a file."
)
@click.pass_obj
def export(
    targets: Mapping[str, Target],
    path: Path,
    *,
    form: str,
    output: Path | None,
    **where: str | None,
) -> Status:
    """Write CASE as a program that shows the same elsewhere, as far as that can be had there."""
    exporter = exporter_named(form)
    case = read_case(path, targets)
    target = targets[case.target]
    try:
        text = exporter.write(target, case_on(target, case, where["kernel"], where["design"]))
    except (UserError, CannotRun) as error:
        raise in_file(path, error) from None
    if output is None:
        say(text.rstrip("\n"))
    else:
        write_atomically(output, text)
    return Status.GOOD
