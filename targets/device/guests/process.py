"""A process and all that it starts, ended together."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    from pathlib import Path


def dying_with_us(command: list[str]) -> list[str]:
    """Let a command end when we do without ending it, where util-linux can do that."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", *command] if setpriv else command


@dataclass(frozen=True, slots=True)
class ProcessTree:
    """A child that leads a session of its own."""

    leader: subprocess.Popen[bytes]

    @classmethod
    def start(cls, command: list[str], inherited: int, console: Path) -> Self:
        """Start a command that inherits a descriptor, with its output in a file."""
        with console.open("wb") as output:
            leader = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[inherited],
                start_new_session=True,
            )
        return cls(leader)

    def wait(self, seconds: float) -> int | None:
        """Return the exit status, or nothing if it runs on."""
        try:
            return self.leader.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def end(self, seconds: float) -> None:
        """Ask all of it to end, and kill what is left after so many seconds."""
        members = self._members()
        self._signal_group(signal.SIGTERM)
        self.wait(seconds)
        self._signal_group(signal.SIGKILL)
        for member in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        self.leader.wait()
        psutil.wait_procs(members, timeout=5)

    def _members(self) -> list[psutil.Process]:
        """Descendants: some of them may have left the group."""
        try:
            return psutil.Process(self.leader.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def _signal_group(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.leader.pid, number)
