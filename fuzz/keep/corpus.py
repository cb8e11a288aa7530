"""Corpus folders: cases that each brought something new, in files named by a hash of the text.

People put things into such folders too, so whatever is no case is skipped with a note.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from fuzz.keep.case_files import NoCase, text_in
from fuzz.keep.files import KeepError, one_line, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME_DIGITS: Final = 16
"""64 bits of a hash: two of a million cases share a name once in 37 million corpora."""


class Corpus:
    """A folder of `*.case` files; it is read once, when it is opened."""

    def __init__(self, folder: Path) -> None:
        """Open a folder; one that does not exist is empty, and is made when a case is added."""
        self.folder = folder
        self.notes: list[str] = []
        """What was skipped, and why, one line each."""
        self._texts: dict[str, str] = {}
        for path in _case_files(folder):
            self._read(path)

    def __iter__(self) -> Iterator[str]:
        """Yield the text of every case: those that were there by file name, then those added."""
        yield from self._texts.values()

    def __len__(self) -> int:
        """Count the cases."""
        return len(self._texts)

    def add(self, text: str) -> bool:
        """Add a case unless it is there, and say whether it was new; KeepError when that fails."""
        name = _name_of(text)
        if name in self._texts:
            return False
        write_atomically(self.folder / f"{name}.case", text)
        self._texts[name] = text
        return True

    def _read(self, path: Path) -> None:
        try:
            text = text_in(path)
        except NoCase as why:
            self.notes.append(f"skipped {one_line(path)}: {why}")
        else:
            self._texts.setdefault(_name_of(text), text)


def _case_files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(".case"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise KeepError("look for cases", folder, error) from error


def _name_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:NAME_DIGITS]
