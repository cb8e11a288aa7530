"""`swapstorm triage`: what became of every bug that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from fuzz.keep.files import write_atomically
from fuzz.people.errors import UserError
from fuzz.people.output import Status, complain, on_terminal, say, show_table
from fuzz.people.progress import Screen
from fuzz.people.triage.baseline import read_baseline
from fuzz.people.triage.forms.as_json import triaged_json
from fuzz.people.triage.forms.junit import triaged_junit
from fuzz.people.triage.forms.sarif import triaged_sarif
from fuzz.people.triage.forms.table import HEADS, rows, triaged_markdown
from fuzz.people.triage.forms.words import summary
from fuzz.people.triage.gathering import gather
from fuzz.people.triage.triage import triage as triage_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.people.triage.triaged import Triaged
    from fuzz.program.target import Target

TABLE: Final = "table"
WRITERS: Final[Mapping[str, Callable[[Triaged], str]]] = {
    "md": triaged_markdown,
    "json": triaged_json,
    "sarif": triaged_sarif,
    "junit": triaged_junit,
}
FORMATS: Final = {".md": "md", ".json": "json", ".sarif": "sarif", ".xml": "junit"}
"""What a file gets, by the end of its name."""


@click.command()
@click.argument(
    "places", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What an earlier triage wrote as JSON: what is not in it is new.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice((TABLE, *WRITERS)),
    default=TABLE,
    show_default=True,
    help="What to print.",
)
@click.option(
    "--output",
    "outputs",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it to a file, too: .md, .json, .sarif, or .xml for JUnit; may be repeated.",
)
@click.option("--quick", is_flag=True, help="Leave out other kernels and other interleavings.")
@click.pass_obj
def triage(
    targets: Mapping[str, Target], places: tuple[Path, ...], *, quick: bool, **options: Any
) -> Status:
    """Run every case below DIR again, twice, and say which bugs are there, worst harm first.

    Exit 1 when runs of a case differ, a fixed bug is back, or one is new against the baseline;
    3 when nothing of that is so, but something could not be read; 0 otherwise.
    """
    outputs: tuple[Path, ...] = options["outputs"]
    for path in outputs:
        if path.suffix not in FORMATS:
            raise UserError(f"--output: expected a name that ends in {', '.join(FORMATS)}")
    baseline = options["baseline"]
    before = read_baseline(baseline) if baseline is not None else None
    gathered = gather(places, targets)
    with Screen() as screen:
        triaged = triage_cases(gathered, before, screen.now, everywhere=not quick)
    for path in outputs:
        write_atomically(path, WRITERS[FORMATS[path.suffix]](triaged))
    if options["form"] == TABLE:
        _say_table(triaged)
    else:
        say(WRITERS[options["form"]](triaged).rstrip("\n"))
    for note in triaged.notes:
        complain(note)
    if triaged.fails:
        return Status.FAILED
    return Status.UNDETERMINED if triaged.notes else Status.GOOD


def _say_table(triaged: Triaged) -> None:
    show_table(HEADS, rows(triaged))
    if on_terminal() or not triaged.groups:
        say(summary(triaged))
