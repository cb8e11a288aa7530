"""`swapstorm merge`: crash folders brought together, each bug once."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from fuzz.keep.files import one_line
from fuzz.people.errors import UserError
from fuzz.people.merging import Merger
from fuzz.people.output import Status, complain, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.target import Target

FOLDER: Final = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("sources", metavar="DIR...", nargs=-1, required=True, type=FOLDER)
@click.option("--into", metavar="DIR", type=FOLDER, required=True, help="Where they come together.")
@click.option("--anew", is_flag=True, help="Write and measure every report once more.")
@click.pass_obj
def merge(
    targets: Mapping[str, Target], sources: tuple[Path, ...], into: Path, *, anew: bool
) -> Status:
    """Bring the crashes of each DIR into one folder: each bug once, with the better case.

    Nothing is taken from where it was, and nothing is replaced by what the shrinker would not
    prefer. Exit 3 when something could not be read, or shows nothing any more.
    """
    for source in sources:
        if not source.is_dir():
            raise UserError(f"{one_line(source)}: not a folder")
    with ExitStack() as stack:
        merger = Merger(targets, into, stack, anew=anew)
        for source in sources:
            for signature, stored in merger.merge(source):
                say(f"{signature}: {stored.value}")
    for note in merger.notes:
        complain(note)
    return Status.UNDETERMINED if merger.notes else Status.GOOD
