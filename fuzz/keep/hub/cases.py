"""A folder of cases, each called after the hash of its text: what is there, is there once.

`cases/TARGET/HASH.case`: each folder of a target is a corpus like any other.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from fuzz.keep.files import KeepError, make_folder, safe_name, write_atomically
from fuzz.program.text import CASE_BYTES_MAX

if TYPE_CHECKING:
    from pathlib import Path

FOLDER: Final = "cases"
BLOCK: Final = 4096
"""A small file takes up so many bytes of a disk."""
SAFELY: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def hash_of(text: str) -> str:
    """Return what a case is called."""
    return sha256(text.encode()).hexdigest()


class CaseFolder:
    """Cases by their hashes, on a shelf for each target."""

    def __init__(self, campaign: Path) -> None:
        """Use the folder of a campaign; it is made when a case is added."""
        self._folder = campaign / FOLDER

    def put(self, shelf: str, text: str) -> str:
        """Store a case unless it is there, and return its hash; KeepError when that fails."""
        name = hash_of(text)
        if self.get(shelf, name) is None:
            write_atomically(self._path(shelf, name), text)
        return name

    def sync(self, shelf: str) -> None:
        """Have the names of what was put survive a power cut, too."""
        folder = self._folder / safe_name(shelf)
        make_folder(folder, "cases")
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise KeepError("store cases", folder, error) from error

    def get(self, shelf: str, name: str) -> str | None:
        """Return a case; None when the file is gone, or holds anything else by now."""
        with suppress(OSError, UnicodeDecodeError):
            # Whatever has the name by now: a link is not followed, a pipe not waited for.
            descriptor = os.open(self._path(shelf, name), SAFELY)
            with os.fdopen(descriptor, "rb") as file:
                text = file.read(CASE_BYTES_MAX + 1).decode()
            if hash_of(text) == name:
                return text
        return None

    def _path(self, shelf: str, name: str) -> Path:
        return self._folder / safe_name(shelf) / f"{name}.case"
