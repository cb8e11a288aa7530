"""The supervisor of worker processes: starts slices, watches them, survives them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from selectors import EVENT_READ, DefaultSelector
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

import psutil

from fuzz.search.job import Failed, Found, Job, Message, Progress, parse_message

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORKER_MODULE: Final = "fuzz.people.worker"
MEMORY_MAX: Final = 2 << 30
"""Resident bytes of a worker; it needs a tenth of this, so beyond it something leaks."""
SILENCE_MAX: Final = 30.0
"""Seconds without a message after which a worker counts as hung; it speaks twice a second."""
POLL_SECONDS: Final = 0.2


class WorkerFailed(Exception):
    """A worker stopped for a bug of ours; the text is for a person."""


class Listener(Protocol):
    """Learns how the search goes."""

    def progressed(self, total: Totals) -> None:
        """Learn how far the search has come."""
        ...

    def found(self, message: Found, runs: int) -> None:
        """Learn of a stored case with a finding, and after how many runs in all it came."""
        ...

    def restarted(self, reason: str) -> None:
        """Learn that a worker had to be replaced."""
        ...


@dataclass(frozen=True, slots=True)
class Totals:
    """How far a search has come, over all its slices."""

    runs: int = 0
    features: int = 0
    kept: int = 0
    seconds: float = 0.0


class Worker:
    """One worker process and the messages that it has sent."""

    def __init__(self, job: Job, log: Path) -> None:
        """Start a process that searches `job`; its engine's chatter goes to the file `log`."""
        self._log = log.open("ab")
        self._process = psutil.Popen(
            [*_fixed_addresses(), sys.executable, "-m", WORKER_MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            start_new_session=True,
        )
        self._process.stdin.write(job.text().encode() + b"\n")
        self._process.stdin.close()
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._output, False)
        self._selector = DefaultSelector()
        self._selector.register(self._output, EVENT_READ)
        self._rest = b""
        self._ended = False
        self._heard = monotonic()

    def messages(self, wait: float) -> list[Message]:
        """Return what the worker has said, waiting at most `wait` seconds for it."""
        if self._ended or not self._selector.select(wait):
            return []
        data = os.read(self._output, 1 << 20)
        self._ended = not data
        self._heard = monotonic()
        *lines, self._rest = (self._rest + data).split(b"\n")
        parsed = [parse_message(line.decode(errors="replace")) for line in lines]
        return [message for message in parsed if message is not None]

    @property
    def ended(self) -> bool:
        """Whether the worker has said its last."""
        return self._ended

    def trouble(self) -> str:
        """Say why the worker should be replaced, or nothing."""
        if monotonic() - self._heard > SILENCE_MAX:
            return f"a worker said nothing for {SILENCE_MAX:.0f} seconds"
        try:
            memory = self._process.memory_info().rss
        except psutil.Error:
            return ""
        return f"a worker used {memory >> 20} MiB of memory" if memory > MEMORY_MAX else ""

    def stop(self) -> int:
        """End the process if it has not ended, and return its exit status."""
        try:
            if self._process.poll() is None and not self._ended:
                self._process.kill()
            status = self._process.wait(timeout=10)
        except psutil.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._selector.close()
        self._process.stdout.close()
        self._log.close()
        return int(status or 0)


def _fixed_addresses() -> list[str]:
    """Have the worker's memory laid out alike each time: libFuzzer's choices depend on it."""
    setarch = shutil.which("setarch")
    return [setarch, os.uname().machine, "-R"] if setarch else []


class Supervisor:
    """Runs slice after slice until told to stop, the time is over or the runs are done."""

    def __init__(
        self, job: Job, listener: Listener, *, seconds: float, runs: int, log: Path
    ) -> None:
        """Search `job` for at most `seconds` and `runs`, both 0 for no limit."""
        self._job = job
        self._listener = listener
        self._log = log
        self._runs = runs
        self._start = monotonic()
        self._deadline = self._start + seconds if seconds else float("inf")
        self._known = list(job.known)
        self._before = Totals()
        self._slice = Progress(0, 0, 0)
        self._stopping = False
        self._worker: Worker | None = None
        self.totals = Totals()

    def stop(self) -> None:
        """Ask for the end of the search; safe in a signal handler."""
        self._stopping = True

    def abandon(self) -> None:
        """End the worker at once: this process is about to die."""
        if self._worker is not None:
            self._worker.stop()

    def run(self, between: Callable[[], None]) -> None:
        """Search; `between` is called a few times a second, for work that is not the search."""
        number = 0
        while not self._over():
            self._run_slice(number, between)
            number += 1

    def _over(self) -> bool:
        done = self._runs and self.totals.runs >= self._runs
        return self._stopping or bool(done) or monotonic() >= self._deadline

    def _run_slice(self, number: int, between: Callable[[], None]) -> None:
        left = self._runs - self.totals.runs if self._runs else self._job.runs
        job = replace(
            self._job,
            seed=self._job.seed * 1000 + number + 1,
            runs=min(left, self._job.runs),
            known=tuple(self._known),
        )
        self._before, self._slice = self.totals, Progress(0, 0, 0)
        self._worker = worker = Worker(job, self._log)
        reason = ""
        try:
            while not worker.ended and not self._over() and not reason:
                for message in worker.messages(POLL_SECONDS):
                    self._handle(message)
                reason = worker.trouble()
                between()
        finally:
            ended = worker.ended
            status = worker.stop()
        if reason or (ended and status):
            self._listener.restarted(reason or f"a worker ended with status {status}")

    def _handle(self, message: Message) -> None:
        match message:
            case Progress():
                self._slice = message
                self._listener.progressed(self._sum())
            case Found():
                self._known.append(f"{message.kind}-{message.place}")
                self._listener.found(message, self._before.runs + message.runs)
            case Failed():
                raise WorkerFailed(message.reason)

    def _sum(self) -> Totals:
        before, now = self._before, self._slice
        self.totals = Totals(
            before.runs + now.runs,
            max(before.features, now.features),
            before.kept + now.kept,
            monotonic() - self._start,
        )
        return self.totals
