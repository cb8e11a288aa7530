"""`swapstorm compare`: what the same cases show and cost, side by side."""

from __future__ import annotations

import json
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

import click

from fuzz.people.commands.options import CASES
from fuzz.people.comparisons.comparison import compare as compare_cases
from fuzz.people.comparisons.shown import (
    as_json,
    cost_rows,
    finding_rows,
    heads,
    lock_rows,
    notes,
)
from fuzz.people.comparisons.variant import Asked, variants_of
from fuzz.people.errors import UserError, in_file
from fuzz.people.output import Status, on_terminal, say, show_table
from fuzz.people.source import read_case
from fuzz.people.text import grouped, table, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from fuzz.people.comparisons.comparison import Column
    from fuzz.program.target import Target

LEGEND: Final = (
    "Findings count cases: one that breaks several promises counts for each. "
    "unreached: the case never came to all its faults and switches. "
    "cut short: the machine stopped or hung before the tasks were done. "
    "Costs add up over the cases. "
    "Locks: times taken, points held in all, points held at the longest."
)


class Form(Enum):
    """How a comparison is written."""

    SEEN = auto()
    """Drawn for a terminal, Markdown for whatever else reads along."""
    MARKDOWN = auto()
    JSON = auto()


@click.command()
@CASES
@click.option("--kernels", metavar="V,...", help="Compare these kernels, or `all`.")
@click.option("--designs", metavar="D,...", help="Compare these designs, or `all`.")
@click.option(
    "--config",
    "configs",
    metavar="NAME=VALUE...",
    multiple=True,
    help="Compare with these settings, or `as-is`; may be given several times.",
)
@click.option("--json", "form", flag_value=Form.JSON, help="One JSON object.")
@click.option("--markdown", "form", flag_value=Form.MARKDOWN, help="Tables for a mail.")
@click.pass_obj
def compare(  # noqa: PLR0913 - an option is a parameter
    targets: Mapping[str, Target],
    paths: tuple[Path, ...],
    *,
    kernels: str | None,
    designs: str | None,
    configs: tuple[str, ...],
    form: Form | None,
) -> Status:
    """Compare what CASES, or those in folders, show and cost: one column a design or kernel.

    Without options, all designs are compared. Cases run as they are in all that is not asked for.
    """
    files = list(dict.fromkeys(file for path in paths for file in _files(path)))
    cases = [read_case(file, targets) for file in files]
    used = [targets[name] for name in dict.fromkeys(case.target for case in cases)]
    columns = compare_cases(cases, targets, variants_of(used, Asked(kernels, designs, configs)))
    if form is Form.JSON:
        say(json.dumps(as_json(columns, [click.format_filename(file) for file in files])))
    else:
        _show(columns, drawn=form is None and on_terminal())
    return Status.GOOD


def _files(path: Path) -> list[Path]:
    """Return a file itself, or the cases anywhere in a folder, by name."""
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.rglob("*.case") if file.is_file())
    if not files:
        raise in_file(path, UserError("expected a folder with files `*.case`"))
    return files


def _show(columns: Sequence[Column], *, drawn: bool) -> None:
    for number, (header, rows) in enumerate(_tables(columns)):
        if number:
            say("")
        if drawn:
            for part in grouped(header, rows):
                show_table(*part)
        else:
            say("\n".join(table(header, rows)))
    say("")
    for text in (LEGEND, *notes(columns)):
        say("\n".join(wrapped(text)))


def _tables(columns: Sequence[Column]) -> Iterator[tuple[list[str], list[list[str]]]]:
    yield heads("findings", columns), finding_rows(columns)
    yield heads("costs", columns), cost_rows(columns)
    yield heads("locks", columns), lock_rows(columns)
