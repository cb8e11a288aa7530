"""One at a time: a lock on a folder that ends with its process, and that says who has it."""

from __future__ import annotations

import os
from contextlib import suppress
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from typing import TYPE_CHECKING, Final

from fuzz.keep.files import KeepError, make_folder

if TYPE_CHECKING:
    from pathlib import Path

LOCK: Final = "lock"
SAFELY: Final = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
TRIES: Final = 5
"""Who only asks has the lock for a moment, and that five times in a row is not chance."""


class HeldBy(Exception):
    """Somebody has the lock."""

    def __init__(self, pid: int) -> None:
        """Say who; 0 if that is not known."""
        super().__init__(f"process {pid} has it")
        self.pid = pid


class FolderLock:
    """The right to be the only one that works in a folder."""

    def __init__(self, folder: Path) -> None:
        """Take it; KeepError when the folder cannot be used, HeldBy when somebody has it."""
        make_folder(folder, LOCK)
        try:
            self._descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | SAFELY, 0o644)
        except OSError as error:
            raise KeepError("lock", folder, error) from error
        if not any(_takes(self._descriptor, LOCK_EX) for _ in range(TRIES)):
            pid = _written(self._descriptor)
            os.close(self._descriptor)
            raise HeldBy(pid)
        with suppress(OSError):  # Without the number, others can only say that it is taken.
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Give it up; the end of the process does so, too, however it comes."""
        os.close(self._descriptor)


def holder(folder: Path) -> int | None:
    """Return the number of the process that has the lock; None when nobody has, 0 if unknown."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDONLY | SAFELY)
    except OSError:
        return None
    try:
        return None if _takes(descriptor, LOCK_SH) else _written(descriptor)
    finally:
        os.close(descriptor)


def _takes(descriptor: int, how: int) -> bool:
    try:
        flock(descriptor, how | LOCK_NB)
    except OSError:
        return False
    return True


def _written(descriptor: int) -> int:
    text = os.pread(descriptor, 20, 0)
    return int(text) if text.isdigit() else 0
