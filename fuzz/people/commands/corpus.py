"""`swapstorm corpus`: what a corpus reaches, and which of its cases are needed for that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from fuzz.keep.files import KeepError, make_folder, one_line, write_atomically
from fuzz.people.corpora.coverage import coverage_json, coverage_of, lost, read_coverage
from fuzz.people.corpora.minimising import is_test, minimal
from fuzz.people.corpora.reach import NAMED
from fuzz.people.corpora.reading import survey
from fuzz.people.errors import UserError
from fuzz.people.output import Status, complain, say, show_table
from fuzz.people.text import counted
from fuzz.search.feedback import SIGNALS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fuzz.people.corpora.coverage import Coverage
    from fuzz.people.corpora.reading import Entry
    from fuzz.program.target import Target

FOLDER: Final = click.Path(path_type=Path, file_okay=False)
FILE: Final = click.Path(path_type=Path, dir_okay=False)


@click.group()
def corpus() -> None:
    """Measure folders of cases, and make them smaller."""


@corpus.command()
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=FOLDER)
@click.option(
    "--against", type=FILE, metavar="FILE", help="Say what FILE reaches and DIR does not."
)
@click.option("--json", "as_json", is_flag=True, help="Print what --against reads.")
@click.pass_obj
def stats(
    targets: Mapping[str, Target],
    folders: tuple[Path, ...],
    *,
    against: Path | None,
    as_json: bool,
) -> Status:
    """Count what the cases of folders reach, target by target; exit 1 if something was lost."""
    before = read_coverage(against) if against is not None else {}
    surveyed = survey(folders, targets)
    for note in surveyed.notes:
        complain(note)
    coverage = coverage_of(surveyed.entries)
    if as_json:
        say(coverage_json(coverage).rstrip("\n"))
    else:
        _show(coverage)
    gone = lost(before, coverage)
    for line in gone:
        click.echo(f"lost: {line}", err=as_json)
    return Status.FAILED if gone else Status.GOOD


def _show(coverage: Mapping[str, Coverage]) -> None:
    reaches = [each.reach for each in coverage.values()]
    rows = [["cases", *(str(each.cases) for each in coverage.values())]]
    rows += [[kind, *(str(len(each.named[kind])) for each in reaches)] for kind in NAMED]
    rows += [
        [f"signal {one}", *(str(len(each.signals[one])) for each in reaches)] for one in SIGNALS
    ]
    show_table(["reached", *coverage], rows)


@corpus.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--into", type=FOLDER, metavar="OTHER", help="Copy what is needed to another folder.")
@click.option("--in-place", is_flag=True, help="Delete what is not needed.")
@click.pass_obj
def minimise(
    targets: Mapping[str, Target], folder: Path, *, into: Path | None, in_place: bool
) -> Status:
    """Find the cases that reach all that DIR reaches; without an option, only say which.

    A case that expects more than to be clean as it is, is kept: it is a test of its own.
    """
    if into is not None and (in_place or into.absolute() == folder.absolute()):
        raise UserError("--into: expected another folder, and no --in-place beside it")
    surveyed = survey([folder], targets)
    for note in surveyed.notes:
        complain(note)
    kept = minimal(surveyed.entries)
    spare = [entry for entry in surveyed.entries if entry not in kept]
    if into is not None:
        make_folder(into, "the corpus")
        for entry in kept:
            write_atomically(into / entry.path.name, entry.text)
    elif in_place:
        _delete(spare)
    else:
        for entry in spare:
            say(f"not needed: {one_line(entry.path)}")
    tests = sum(is_test(entry.case) for entry in kept)
    say(
        f"{counted(len(kept), 'case')} of {len(surveyed.entries)} reach the same"
        f" ({tests} of them kept as tests)"
    )
    return Status.GOOD


def _delete(entries: Sequence[Entry]) -> None:
    for entry in entries:
        try:
            entry.path.unlink()
        except OSError as error:
            raise KeepError(f"delete {entry.path.name}", entry.path.parent, error) from error
