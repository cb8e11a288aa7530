"""Corpus folders as people give them: cases with what they reach, and notes about the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.keep.files import KeepError, one_line
from fuzz.people.corpora.reach import Surveyor
from fuzz.people.errors import UserError
from fuzz.people.source import read_case
from fuzz.program.target import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from fuzz.people.corpora.reach import Reach
    from fuzz.program.case import Case
    from fuzz.program.target import Target

SUFFIX: Final = ".case"


@dataclass(frozen=True, slots=True)
class Entry:
    """A case of a corpus."""

    path: Path
    case: Case
    text: str
    reach: Reach


@dataclass(frozen=True, slots=True)
class Survey:
    """The cases of some folders."""

    entries: tuple[Entry, ...]
    """By folder, as they were given, and in each by file name."""
    notes: tuple[str, ...]
    """What was left out, and why, one line each."""


def survey(folders: Iterable[Path], targets: Mapping[str, Target]) -> Survey:
    """Run every case of some folders; KeepError for a folder that cannot be looked into."""
    surveyor = Surveyor()
    entries: list[Entry] = []
    notes: list[str] = []
    for folder in folders:
        for path in _files(folder):
            try:
                entries.append(_entry(path, targets, surveyor))
            except (UserError, CannotRun) as error:
                notes.append(f"left out: {error}")
    return Survey(tuple(entries), tuple(notes))


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIX))
    except OSError as error:
        raise KeepError("look for cases", folder, error) from error


def _entry(path: Path, targets: Mapping[str, Target], surveyor: Surveyor) -> Entry:
    if path.is_symlink() or not path.is_file():  # A link may lead anywhere, a pipe never ends.
        raise UserError(f"{one_line(path)}: not a regular file")
    case = read_case(path, targets)
    text = path.read_bytes().decode()
    try:
        return Entry(path, case, text, surveyor.reach(targets[case.target], case))
    except CannotRun as error:
        raise CannotRun(f"{one_line(path)}: {error}") from None
