"""A process and all that it starts, ended together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import psutil

if TYPE_CHECKING:
    from pathlib import Path


WATCH: Final = 'read -r _; kill -s KILL -- "-$1"'
"""Read until the end of the input, which nobody writes to, and kill the group."""


@dataclass(frozen=True, slots=True)
class Watchdog:
    """A process that kills a group when we end without ending it, even if we are killed.

    It learns of our end from a pipe that only we can write to. A signal at the death of a parent
    is sent to one process alone, and User-Mode Linux has several that do not follow each other.
    """

    process: subprocess.Popen[bytes]
    lifeline: int

    @classmethod
    def over(cls, group: int) -> Self:
        """Watch over a process group."""
        end, lifeline = os.pipe()
        try:
            process = subprocess.Popen(
                ["/bin/sh", "-c", WATCH, "watchdog", str(group)],
                stdin=end,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            os.close(lifeline)
            raise
        finally:
            os.close(end)
        return cls(process, lifeline)

    def dismiss(self) -> None:
        """End the watch; the group is left alone."""
        self.process.kill()
        self.process.wait()
        os.close(self.lifeline)


@dataclass(frozen=True, slots=True)
class ProcessTree:
    """A child that leads a session of its own."""

    leader: subprocess.Popen[bytes]
    watchdog: Watchdog | None

    @classmethod
    def start(cls, command: list[str], inherited: int, console: Path, *, watched: bool) -> Self:
        """Start a command that inherits a descriptor, with its output in a file.

        All of it is killed when we end without ending it, if it is `watched`.
        """
        with console.open("wb") as output:
            leader = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[inherited],
                start_new_session=True,
            )
        try:
            return cls(leader, Watchdog.over(leader.pid) if watched else None)
        except OSError:
            cls(leader, None).end(0)
            raise

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
        if self.watchdog is not None:
            self.watchdog.dismiss()

    def _members(self) -> list[psutil.Process]:
        """Descendants: some of them may have left the group."""
        try:
            return psutil.Process(self.leader.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def _signal_group(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.leader.pid, number)
