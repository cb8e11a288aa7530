"""The crew: processes that run trials, until all are done or somebody says stop."""

from __future__ import annotations

import subprocess
import sys
from multiprocessing.connection import wait
from tempfile import TemporaryFile
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, Final

from fuzz.people.bench.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fuzz.people.bench.trial import Job

WORKER: Final = (sys.executable, "-m", "fuzz.people.bench.worker")
POLL_SECONDS: Final = 0.2
SECONDS_MAX: Final = 300.0
"""What any trial may take; a run that hangs is ended by its step budget long before."""
SECONDS_PER_EXECUTION_MAX: Final = 0.1
"""What it may take besides for each execution; a hundred times what one takes."""


class TrialFailed(Exception):
    """A trial did not come to its end: a bug of ours; the text has its last words."""


class Crew:
    """Runs trials in processes of their own."""

    def __init__(self, size: int, done: Callable[[Trial], None]) -> None:
        """Let `size` work at a time; `done` is told of each trial."""
        self._size = size
        self._done = done
        self._running: list[_Hand] = []
        self._stopping = False

    def stop(self) -> None:
        """Ask for the end. Safe in a signal handler."""
        self._stopping = True

    def run(self, jobs: Iterable[Job]) -> None:
        """Run jobs; when this returns or raises, no process is left. TrialFailed is a bug."""
        waiting = iter(jobs)
        more = True
        try:
            while (more or self._running) and not self._stopping:
                while more and len(self._running) < self._size:
                    job = next(waiting, None)
                    more = job is not None
                    if job is not None:
                        self._running.append(_Hand(job))
                self._collect()
        finally:
            for hand in self._running:
                hand.end()
            self._running.clear()

    def _collect(self) -> None:
        """Wait a moment for trials to end, and tell of those that have."""
        wait([hand.output for hand in self._running], POLL_SECONDS)
        for hand in [hand for hand in self._running if hand.ended]:
            self._running.remove(hand)
            self._done(hand.trial())


class _Hand:
    """One trial on its way."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._errors: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by `end`
        self._deadline = monotonic() + SECONDS_MAX + job.budget * SECONDS_PER_EXECUTION_MAX
        self._process = subprocess.Popen(
            WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
        )
        assert self._process.stdin is not None, "there is a pipe to it"
        self._process.stdin.write(job.text().encode() + b"\n")
        self._process.stdin.close()

    @property
    def output(self) -> Any:
        """What becomes readable when there is news."""
        return self._process.stdout

    @property
    def ended(self) -> bool:
        """Whether the trial has come to its end, good or bad."""
        return self._process.poll() is not None or monotonic() > self._deadline

    def trial(self) -> Trial:
        """Return how the trial went; TrialFailed when it did not."""
        late = self._process.poll() is None
        text = b"" if late else self.output.read()
        self._errors.seek(0)
        words = self._errors.read()
        self.end()
        if late or self._process.returncode != 0 or not text:
            job = self._job
            said = words.decode(errors="replace").strip() or "it said nothing"
            how = "took too long" if late else f"ended with {self._process.returncode}"
            raise TrialFailed(
                f"{said}\nthe trial of {job.searcher} on {job.ground.name}, seed {job.seed}, {how}"
            )
        return Trial.parse(text.decode())

    def end(self) -> None:
        """End the process, if it has not ended."""
        self._process.kill()
        self._process.wait()
        self.output.close()
        self._errors.close()
