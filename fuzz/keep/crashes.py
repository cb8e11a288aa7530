"""Crash folders: `<signature>/` with both cases, both forms of the report and its facts.

There is one for each bug. A folder is whole at any moment, and only ever improves.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import TYPE_CHECKING, Final

from fuzz.keep.case_files import NoCase, text_in
from fuzz.keep.files import KeepError, locked, make_folder, one_line, safe_name
from fuzz.keep.folders import write_folder
from fuzz.keep.together import STORY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MINIMAL: Final = "minimal.case"
FIRST: Final = "first.case"
REPORT: Final = "report.md"
PAGE: Final = "report.html"
FACTS: Final = "crash.json"
ASIDE: Final = "aside"
STATUS: Final = "status "
"""What a line of a case begins with that says what became of the bug; it is the last one."""


@dataclass(frozen=True, slots=True)
class Crash:
    """What is stored of a bug."""

    signature: str
    """The bug's identity, as `Finding.signature` says it."""
    minimal: str
    """The smallest case that shows it, as text."""
    first: str
    """The case that it was found with, materialised, as text."""
    report: str
    """What a person reads, in Markdown."""
    page: str
    """The same as HTML, with drawings."""
    facts: str = "{}\n"
    """The same for programs, as JSON: identity, harm, kernels affected, reliability."""


@dataclass(frozen=True, slots=True)
class CrashFolder:
    """A stored bug."""

    path: Path

    @property
    def minimal(self) -> Path:
        """The smallest case so far."""
        return self.path / MINIMAL

    @property
    def first(self) -> Path:
        """The case that it was first found with."""
        return self.path / FIRST

    @property
    def report(self) -> Path:
        """The report of the smallest case."""
        return self.path / REPORT

    @property
    def page(self) -> Path:
        """The same with drawings."""
        return self.path / PAGE

    @property
    def facts(self) -> Path:
        """The same for programs."""
        return self.path / FACTS


class Stored(Enum):
    """What became of a crash that was to be stored."""

    NEW = "new"
    IMPROVED = "improved"
    KNOWN = "known"
    """What is stored is as good: nothing was written."""


class Worth(Enum):
    """What a case that is to be stored is worth beside the one that is there."""

    BETTER = "better"
    """It takes the other's place."""
    NO_BETTER = "no better"
    BESIDE = "beside"
    """The other cannot be compared, since we cannot read it: it is kept under another name."""


def crash_folder(folder: Path, signature: str) -> CrashFolder:
    """Say where the bug with an identity is stored, or would be."""
    return CrashFolder(folder / safe_name(signature))


def list_crashes(folder: Path) -> list[CrashFolder]:
    """List what is stored, sorted by name; empty when there is no such folder."""
    return look_for_crashes(folder)[0]


def look_for_crashes(folder: Path) -> tuple[list[CrashFolder], list[str]]:
    """List what is stored, sorted by name, and say what else is there, one line each.

    KeepError when nobody can look. Hidden things are ours, and not spoken of.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        return [], []
    except OSError as error:
        raise KeepError("look for crashes", folder, error) from error
    reasons = [(path, _no_crash(path)) for path in paths]
    notes = [f"skipped {one_line(path)}: {why}" for path, why in reasons if why]
    return [CrashFolder(path) for path, why in reasons if not why], notes


def _no_crash(path: Path) -> str:
    """Say why a folder does not hold a crash that one case shows; nothing when it does."""
    try:
        if path.is_symlink():
            return "a symbolic link"
        if not path.is_dir():
            return "not a folder"
        if (path / STORY).is_file():
            return "several cases that show something together"
        text_in(path / MINIMAL)
    except OSError as error:  # The folder is not ours to look into.
        return error.strerror or "unreadable"
    except NoCase as why:
        return f"{MINIMAL}: {why}"
    return ""


def is_known(folder: Path, signature: str, compare: Callable[[str], Worth]) -> bool:
    """Whether nothing would be written, as far as can be seen without keeping others out.

    Who asks first need not say what nobody will read.
    """
    known = _known(crash_folder(folder, signature))
    return known is not None and compare(known) is Worth.NO_BETTER


def store_crash(folder: Path, crash: Crash, compare: Callable[[str], Worth]) -> Stored:
    """Store a bug, or improve what is stored of it; KeepError when that fails, and nothing changes.

    `compare` is given the minimal case that is stored, and says what the new one is worth.
    The first case stays, and so do the status of the bug and whatever else somebody put into the
    folder.
    """
    make_folder(folder, "crashes")
    with locked(folder):
        stored = crash_folder(folder, crash.signature)
        contents = {
            MINIMAL: crash.minimal,
            FIRST: crash.first,
            REPORT: crash.report,
            PAGE: crash.page,
            FACTS: crash.facts,
        }
        known = _known(stored)
        worth = Worth.BESIDE if known is None else compare(known)
        if worth is Worth.NO_BETTER:
            return Stored.KNOWN
        contents[MINIMAL] = with_status_of(known or "", crash.minimal)
        if os.path.lexists(stored.first):
            del contents[FIRST]
        beside = worth is Worth.BESIDE and os.path.lexists(stored.minimal)
        write_folder(stored.path, contents, {MINIMAL: _free_name(stored)} if beside else {})
        return Stored.NEW if known is None else Stored.IMPROVED


def with_status_of(known: str, case: str) -> str:
    """Hand on to a case what people said in the text of another one became of their bug."""
    lines = known.splitlines(keepends=True)
    said = next((line for line in lines if line.startswith(STATUS)), "")
    if not said:
        return case
    own = (line for line in case.splitlines(keepends=True) if not line.startswith(STATUS))
    return "".join((*own, said.rstrip("\n"), "\n"))


def _known(stored: CrashFolder) -> str | None:
    try:
        return text_in(stored.minimal)
    except NoCase:
        return None


def _free_name(stored: CrashFolder) -> str:
    """Choose a name for a minimal case that is none of ours; it is no case to anybody else."""
    names = (f"{MINIMAL}.{ASIDE}{number}" for number in count(1))
    return next(name for name in names if not os.path.lexists(stored.path / name))
