"""The crew: processes that run trials, until all are done or somebody says stop."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import wait
from tempfile import TemporaryDirectory, TemporaryFile
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, Final

from fuzz.people.bench.searchers import searcher_named
from fuzz.people.bench.trial import Trial
from fuzz.search.engines.by_name import NEEDS_EDGES
from fuzz.search.job import EDGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fuzz.people.bench.trial import Job

WORKER: Final = (sys.executable, "-m", "fuzz.people.bench.worker")
POLL_SECONDS: Final = 0.5
SECONDS_MAX: Final = 300.0
"""What any trial may take; a run that hangs is ended by its step budget long before."""
SECONDS_PER_EXECUTION_MAX: Final = 0.1
"""What it may take besides for each execution; a hundred times what one takes."""
LINES_SHOWN: Final = 40
"""A traceback of ours is shorter, and what engines say before is long."""


class TrialFailed(Exception):
    """A trial did not come to its end: a bug of ours; the text has its last words."""


class Crew:
    """Runs trials, each in a process of its own."""

    def __init__(self, size: int, done: Callable[[Trial], None]) -> None:
        """Let `size` work at a time; `done` is told of each trial."""
        self._size = size
        self._done = done
        self._hands: list[Hand] = []
        self._stopping = False

    def stop(self) -> None:
        """Ask for the end. Safe in a signal handler."""
        self._stopping = True

    def run(self, jobs: Iterable[Job]) -> None:
        """Run jobs; when this returns or raises, no process is left. TrialFailed is a bug."""
        waiting = iter(jobs)
        job = next(waiting, None)
        self._work = TemporaryDirectory(prefix="swapstorm-bench-", ignore_cleanup_errors=True)
        try:
            while not self._stopping and (job is not None or any(h.busy for h in self._hands)):
                while job is not None and (hand := self._free_hand(job)) is not None:
                    hand.take(job)
                    job = next(waiting, None)
                self._collect()
        finally:
            for hand in self._hands:
                hand.end()
            self._hands.clear()
            self._work.cleanup()

    def _free_hand(self, job: Job) -> Hand | None:
        """Return a hand that has nothing to do and can do this; None when all are busy."""
        counted = counts_edges(job)
        idle = [hand for hand in self._hands if not hand.busy]
        fitting = next((hand for hand in idle if hand.counts_edges is counted), None)
        if fitting is None and len(self._hands) == self._size and idle:
            idle[0].end()
            self._hands.remove(idle[0])
        if fitting is None and len(self._hands) < self._size:
            fitting = Hand(self._work.name, counts_edges=counted)
            self._hands.append(fitting)
        return fitting

    def _collect(self) -> None:
        """Wait a moment for trials to end, and tell of those that have."""
        busy = [hand for hand in self._hands if hand.busy]
        said = wait([hand.output for hand in busy], POLL_SECONDS)
        for hand in busy:
            if hand.output in said or hand.late:
                self._done(hand.trial())


class Hand:
    """One worker process, and what it is at."""

    def __init__(self, work: str, *, counts_edges: bool) -> None:
        """Start it, with its temporary files in the folder `work`.

        A worker that has the edges of targets counted does nothing else.
        """
        self.counts_edges = counts_edges
        self._job: Job | None = None
        self._deadline = float("inf")
        self._errors: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by `end`
        self._process = subprocess.Popen(
            WORKER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "TMPDIR": work},
            process_group=0,  # What a terminal or `timeout` tells everybody, we alone hear.
        )

    @property
    def busy(self) -> bool:
        """Whether it is at a trial."""
        return self._job is not None

    @property
    def late(self) -> bool:
        """Whether its trial has taken longer than any may."""
        return monotonic() > self._deadline

    @property
    def output(self) -> Any:
        """What becomes readable when its trial has come to its end, good or bad."""
        return self._process.stdout

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None, "there is a pipe to it"
        return self._process.stdin

    def take(self, job: Job) -> None:
        """Begin a trial."""
        self._job = job
        self._deadline = monotonic() + SECONDS_MAX + job.budget * SECONDS_PER_EXECUTION_MAX
        with suppress(BrokenPipeError):  # That it has died is seen as soon as it is listened to.
            self._input.write(job.text().encode() + b"\n")
            self._input.flush()

    def trial(self) -> Trial:
        """Return how the trial went; TrialFailed when it did not."""
        job, self._job = self._job, None
        assert job is not None, "it was at a trial"
        text = b"" if self.late else self.output.readline()
        self._deadline = float("inf")
        if not text:
            raise TrialFailed(
                f"{self._last_words()}\nthe trial of {job.searcher} on {job.ground.name}, "
                f"seed {job.seed}, did not come to its end"
            )
        return Trial.parse(text.decode())

    def end(self) -> None:
        """End the process; a trial of it ends as well."""
        self._process.kill()
        self._process.wait()
        self._errors.close()
        self.output.close()
        with suppress(BrokenPipeError):
            self._input.close()

    def _last_words(self) -> str:
        """Return what it has said, which begins with the trials before."""
        self._process.kill()
        self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-LINES_SHOWN:]) or "it said nothing"


def counts_edges(job: Job) -> bool:
    """Whether a trial needs a target that was imported to have its edges counted."""
    searcher = searcher_named(job.searcher)
    return EDGES in searcher.signals or searcher.engine in NEEDS_EDGES
