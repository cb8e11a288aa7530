"""A worker process, seen from outside: what it says, how much memory it has, how it ends."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from signal import SIGKILL, Signals
from typing import IO, TYPE_CHECKING, Final

import psutil

from fuzz.search.job import parse_message

if TYPE_CHECKING:
    from pathlib import Path

    from fuzz.search.job import Job, Message

TAIL_BYTES: Final = 4000
TAIL_LINES: Final = 3
TAIL_CHARACTERS: Final = 400
"""How much of a dead worker's log fits an error message of one line."""


class Worker:
    """One worker process, and what it says."""

    def __init__(self, command: tuple[str, ...], job: Job, log: Path) -> None:
        """Start a process that searches `job`; what it and its engine print goes to `log`.

        It has a session of its own, so that a Ctrl-C is for this process alone to handle.
        """
        with log.open("wb") as printed:
            self._process = subprocess.Popen(
                [*fixed_addresses(), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=printed,
                env={**os.environ, "PYTHONHASHSEED": "0"},
                start_new_session=True,
            )
        with suppress(BrokenPipeError):  # It is dead already, as will be noticed.
            _pipe(self._process.stdin).write(job.text().encode() + b"\n")
            _pipe(self._process.stdin).close()
        self._output = _pipe(self._process.stdout)
        self._selector = DefaultSelector()
        self._selector.register(self._output, EVENT_READ)
        self._rest = b""
        self.ended = False
        """Whether it has said its last."""

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def messages(self, wait: float) -> list[Message]:
        """Return what it has said since, waiting at most `wait` seconds for it."""
        if self.ended or not self._selector.select(wait):
            return []
        data = os.read(self._output.fileno(), 1 << 20)
        self.ended = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [parse_message(line.decode()) for line in lines]

    def memory(self) -> int:
        """Return the resident bytes of the process; 0 when it has ended."""
        try:
            return psutil.Process(self.pid).memory_info().rss
        except psutil.Error:
            return 0

    def kill(self) -> None:
        """End the process, whatever it does; safe in a signal handler."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, SIGKILL)

    def last_words(self) -> list[Message]:
        """Return what it had said before it ended."""
        said: list[Message] = []
        while not self.ended:
            said += self.messages(wait=1)
        return said

    def status(self) -> int:
        """Wait for the end of the process, and return its exit status."""
        status = self._process.wait()
        self._selector.close()
        self._output.close()
        return status


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    assert end is not None, "the process was started with pipes"
    return end


def fixed_addresses() -> list[str]:
    """Have a process's memory laid out alike each time: some of libFuzzer's choices depend on it.

    Containers may forbid it; then a search still works, but may not go the same way twice.
    """
    setarch = shutil.which("setarch")
    command = [setarch, os.uname().machine, "-R"] if setarch else []
    works = setarch and subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if works and works.returncode == 0 else []


def ending_of(status: int) -> str:
    """Say how a worker ended that was not asked to; nothing when it had just done its work."""
    match status:
        case 0:
            return ""
        case 70:  # What libFuzzer ends with when a run takes too long.
            return "a worker was stuck in one run"
        case _ if status < 0:
            return f"a worker was killed by {Signals(-status).name}"
        case _:
            return f"a worker ended with status {status}"


def tail_of(log: Path) -> str:
    """Say in one line how the log of a worker ends."""
    with suppress(OSError):
        data = log.read_bytes()[-TAIL_BYTES:].decode(errors="replace")
        if lines := [" ".join(line.split()) for line in data.splitlines() if line.strip()]:
            return "its log ends: " + " | ".join(lines[-TAIL_LINES:])[-TAIL_CHARACTERS:]
    return "its log is empty"
