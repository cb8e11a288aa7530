"""A small disk that can be filled, without root.

Where the kernel allows namespaces of users, it is a file system in memory, mounted in a namespace
that only the soak sees, and filling it gives ENOSPC. Elsewhere a limit on the size of files stands
for it: whoever has it cannot write either.
"""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILLER: Final = "filler"
CHUNK: Final = 1 << 16
TINY: Final = 64
"""A limit in bytes that stands for a full disk."""


def namespace_command() -> list[str]:
    """Return what has a command run where it may mount; nothing where that cannot be."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    command = [unshare, "--user", "--map-root-user", "--mount"]
    works = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    return command if works else []


class SmallDisk:
    """A folder with little room."""

    def __init__(self, folder: Path, mebibytes: int, *, mounts: bool) -> None:
        """Mount it, if this process may."""
        self._folder = folder
        size = f"size={mebibytes}m"
        command = ["mount", "-t", "tmpfs", "-o", size, "swapstorm-soak", str(folder)]
        done = mounts and subprocess.run(command, capture_output=True, check=False).returncode == 0
        self.is_real = bool(done)
        """Whether it is a file system of its own that is filled."""

    def fill(self, processes: Iterable[int]) -> None:
        """Leave no room, for everybody or, without a disk of its own, for some processes."""
        if not self.is_real:
            for pid in processes:
                with suppress(psutil.Error):
                    _, hard = psutil.Process(pid).rlimit(psutil.RLIMIT_FSIZE)
                    psutil.Process(pid).rlimit(psutil.RLIMIT_FSIZE, (TINY, hard))
            return
        chunk = CHUNK
        with (self._folder / FILLER).open("ab", buffering=0) as file:
            while chunk:
                try:
                    file.write(b"x" * chunk)
                except OSError:
                    chunk //= 2

    def empty(self, processes: Iterable[int]) -> None:
        """Make room again."""
        if self.is_real:
            (self._folder / FILLER).unlink(missing_ok=True)
            return
        for pid in processes:
            with suppress(psutil.Error):
                _, hard = psutil.Process(pid).rlimit(psutil.RLIMIT_FSIZE)
                psutil.Process(pid).rlimit(psutil.RLIMIT_FSIZE, (hard, hard))

    def remove(self) -> None:
        """Take it away, with all that is there."""
        if self.is_real:
            subprocess.run(["umount", "--lazy", str(self._folder)], check=False)
        shutil.rmtree(self._folder, ignore_errors=True)
