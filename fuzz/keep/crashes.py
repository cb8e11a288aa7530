"""Crash folders: `<signature>/` with both cases and both forms of the report, one for each bug.

A folder appears whole or not at all, and only ever improves.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from fuzz.keep.files import (
    KeepError,
    discard,
    locked,
    make_folder,
    safe_name,
    stage,
    write_together,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MINIMAL: Final = "minimal.case"
FIRST: Final = "first.case"
REPORT: Final = "report.md"
PAGE: Final = "report.html"


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


class Stored(Enum):
    """What became of a crash that was to be stored."""

    NEW = "new"
    IMPROVED = "improved"
    KNOWN = "known"
    """What is stored is as good: nothing was written."""


def crash_folder(folder: Path, signature: str) -> CrashFolder:
    """Say where the bug with an identity is stored, or would be."""
    return CrashFolder(folder / safe_name(signature))


def list_crashes(folder: Path) -> list[CrashFolder]:
    """List what is stored, sorted by name; empty when there is no such folder."""
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise KeepError("look for crashes", folder, error) from error
    return [
        CrashFolder(path)
        for path in paths
        if not path.name.startswith(".") and (path / MINIMAL).is_file()
    ]


def is_known(folder: Path, signature: str, better: Callable[[bytes], bool]) -> bool:
    """Whether nothing would be written, as far as can be seen without keeping others out.

    Who asks first need not say what nobody will read.
    """
    try:
        known = crash_folder(folder, signature).minimal.read_bytes()
    except OSError:
        return False
    return not better(known)


def store_crash(folder: Path, crash: Crash, better: Callable[[bytes], bool]) -> Stored:
    """Store a bug, or improve what is stored of it; KeepError when that fails, and nothing changes.

    `better` is given the minimal case that is stored, and says whether the new one is better.
    """
    make_folder(folder, "crashes")
    with locked(folder):
        stored = crash_folder(folder, crash.signature)
        try:
            known = stored.minimal.read_bytes()
        except FileNotFoundError:
            _store_whole(stored.path, crash)
            return Stored.NEW
        except OSError as error:
            raise KeepError(f"read {MINIMAL}", stored.path, error) from error
        if not better(known):
            return Stored.KNOWN
        contents = {REPORT: crash.report, PAGE: crash.page, MINIMAL: crash.minimal}
        write_together(stored.path, contents)
        return Stored.IMPROVED


def _store_whole(path: Path, crash: Crash) -> None:
    """Build the folder under a hidden name beside its place, then rename it."""
    hidden = path.parent / f".{path.name}.{os.getpid()}.new"
    files = {
        MINIMAL: crash.minimal,
        FIRST: crash.first,
        REPORT: crash.report,
        PAGE: crash.page,
    }
    try:
        with suppress(FileExistsError):  # A process of the same number died while it was here.
            os.mkdir(hidden)
        for name, text in files.items():
            stage(hidden / name, text)
        os.rename(hidden, path)
    except OSError as error:
        for name in files:
            discard(hidden / name)
        with suppress(OSError):
            os.rmdir(hidden)
        raise KeepError(f"store {path.name}", path.parent, error) from error
