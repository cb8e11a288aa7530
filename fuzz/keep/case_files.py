"""Files that should hold a case: people put other things into our folders, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.program.text import CASE_BYTES_MAX

if TYPE_CHECKING:
    from pathlib import Path


class NoCase(Exception):
    """A file cannot be a case; why, in a few words."""


def text_in(path: Path) -> str:
    """Read a file that looks like a case; NoCase says why it is none."""
    try:
        return _text_in(path)
    except OSError as error:
        raise NoCase(error.strerror or "unreadable") from error


def _text_in(path: Path) -> str:
    if path.is_symlink():
        raise NoCase("a symbolic link")
    if path.exists() and not path.is_file():  # A pipe would keep us waiting.
        raise NoCase("not a regular file")
    with path.open("rb") as file:
        data = file.read(CASE_BYTES_MAX + 1)
    if len(data) > CASE_BYTES_MAX:
        raise NoCase(f"more than {CASE_BYTES_MAX:,} bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise NoCase("not UTF-8 text") from None
    if "\0" in text:
        raise NoCase("binary")
    return text
