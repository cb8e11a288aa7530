"""Gathering: every case below some folders; whatever else lies there is named, and left alone."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz.keep.case_files import NoCase, text_in
from fuzz.keep.files import one_line
from fuzz.keep.together import STORY
from fuzz.people.errors import UserError
from fuzz.program.reading import CaseError
from fuzz.program.target import IsNotSearched
from fuzz.program.text import parse_case

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fuzz.program.case import Case
    from fuzz.program.target import Target


@dataclass(frozen=True, slots=True)
class Given:
    """A case in a file."""

    path: Path
    target: Target
    case: Case
    text: str = field(repr=False)
    """What the file holds: its lines have numbers, which a case does not remember."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What some folders hold."""

    cases: tuple[Given, ...]
    """By name, so that the same folders give the same order."""
    notes: tuple[str, ...]
    """What was not looked at, and why, one line each."""


def gather(places: Iterable[Path], targets: Mapping[str, Target]) -> Gathered:
    """Read every case below some folders, and those that are named; links are not followed.

    UserError when one of the places is not there.
    """
    cases: list[Given] = []
    notes: list[str] = []
    for place in places:
        if not os.path.lexists(place):
            raise UserError(f"{one_line(place)}: No such file or directory")
        for path in dict.fromkeys(_files(place, notes)):
            try:
                cases.append(_given(path, targets))
            except (NoCase, CaseError, UserError) as why:
                notes.append(f"skipped {one_line(path)}: {why}")
    return Gathered(tuple(cases), tuple(notes))


def _given(path: Path, targets: Mapping[str, Target]) -> Given:
    text = text_in(path)
    case = parse_case(text, targets)
    target = targets[case.target]
    if isinstance(target, IsNotSearched):
        raise UserError(target.cannot_be_searched)
    return Given(path, target, case, text)


def _files(place: Path, notes: list[str]) -> Iterator[Path]:
    if not place.is_dir() or place.is_symlink():
        yield place
        return

    def unreadable(error: OSError) -> None:
        notes.append(f"skipped {one_line(Path(error.filename))}: {error.strerror}")

    for name, folders, files in os.walk(place, onerror=unreadable):
        folder = Path(name)
        together = STORY in files
        if together:
            notes.append(f"skipped {one_line(folder)}: its cases show something together only")
        links = [one for one in sorted(folders) if (folder / one).is_symlink()]
        notes += [f"skipped {one_line(folder / one)}: a symbolic link" for one in links]
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for file in sorted(files):
            if file.endswith(".case") and not (together and file[0].isdigit()):
                yield folder / file
