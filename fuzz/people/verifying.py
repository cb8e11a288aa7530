"""Verifying: workers do jobs, and what they hand back is put together in the jobs' order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, Final

from fuzz.program.text import case_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.program.case import Case
    from fuzz.verify.bounds import Bounds
    from fuzz.verify.progress import Found, Progress

COMMAND: Final = (sys.executable, "-m", "fuzz.people.verify_worker")
WAIT_SECONDS: Final = 0.25
"""How long to listen before looking at the clock."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be verified, and how much of it now."""

    target: str
    """The name of an installed target, or `module:attribute`."""
    case: Case
    bounds: Bounds
    without: tuple[str, ...] = ()
    """Sanitizers that are off."""
    workers: int = 1
    runs: int | None = None
    seconds: float | None = None
    first: bool = False
    """Whether to stop at the first finding."""

    def subject(self) -> dict[str, Any]:
        """Say what is verified: to workers, and to who looks whether a state file is of this."""
        return {
            "target": self.target,
            "case": case_text(self.case),
            "bounds": self.bounds.words(),
            "without": list(self.without),
        }


class VerifierFailed(Exception):
    """A worker met a bug of ours, or was killed."""


class Verifier:
    """One worker, seen from outside."""

    def __init__(self, plan: Plan) -> None:
        """Start it; it has a session of its own, so that Ctrl-C is for this process to handle."""
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input: IO[bytes] = self._process.stdin
        self.output: IO[bytes] = self._process.stdout
        self.job: tuple[int, int] | None = None
        """The beginning and the number of the job that it is at."""
        self._rest = b""
        self._say(plan.subject())

    def give(self, job: tuple[int, int], words: dict[str, Any]) -> None:
        """Have a job done."""
        self.job = job
        self._say(words)

    def answer(self) -> dict[str, Any] | None:
        """Return what it hands back, once all of that is here."""
        data = os.read(self.output.fileno(), 1 << 20)
        if not data:
            raise VerifierFailed(f"a worker ended with status {self._process.wait()}")
        self._rest += data
        if not self._rest.endswith(b"\n"):
            return None
        words: dict[str, Any] = json.loads(self._rest)
        self._rest = b""
        if "failed" in words:
            raise VerifierFailed(words["failed"])
        return words

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError):
            self._input.close()
        self.output.close()

    def _say(self, words: dict[str, Any]) -> None:
        with suppress(BrokenPipeError):  # It is dead, as will be noticed.
            self._input.write(json.dumps(words).encode() + b"\n")
            self._input.flush()


class Verification:
    """The workers, what they are at, and what they have handed back too early."""

    def __init__(
        self,
        plan: Plan,
        progress: Progress,
        found: Callable[[Found], None],
        moved: Callable[[Progress, float], None],
    ) -> None:
        """Prepare to go on from `progress`; `found` and `moved` are told how it goes."""
        self._plan = plan
        self.progress = progress
        self._found = found
        self._moved = moved
        self._beginning = 0
        self._given = 0
        self._early: dict[int, dict[str, Any]] = {}
        self._frontier = progress.frontier
        self._began = monotonic()
        self._stopped = False

    def run(self) -> None:
        """Explore until nothing is left, or enough was done."""
        workers = [Verifier(self._plan) for _ in range(self._plan.workers)]
        try:
            with DefaultSelector() as selector:
                for worker in workers:
                    selector.register(worker.output, EVENT_READ, worker)
                while not self.progress.done and not self._is_enough():
                    self._give(workers)
                    for key, _ in selector.select(WAIT_SECONDS):
                        self._hear(key.data)
                    self._merge()
                    self._moved(self.progress, self.seconds)
        finally:
            for worker in workers:
                worker.end()

    def stop(self) -> None:
        """End it soon; what was done is not lost."""
        self._stopped = True

    @property
    def seconds(self) -> float:
        """How long it has been at it."""
        return monotonic() - self._began

    def _is_enough(self) -> bool:
        plan, progress = self._plan, self.progress
        return (
            self._stopped
            or (plan.first and bool(progress.found))
            or (plan.runs is not None and progress.runs >= plan.runs)
            or (plan.seconds is not None and self.seconds >= plan.seconds)
        )

    def _give(self, workers: list[Verifier]) -> None:
        jobs = self.progress.frontier.jobs
        for worker in workers:
            if worker.job is None and self._given < len(jobs):
                job = jobs[self._given][0]
                self._given += 1
                words = {
                    "job": job.words(),
                    "ordered": self.progress.ordered,
                    "space": [self.progress.space.task, self.progress.space.operation],
                }
                worker.give((self._beginning, job.number), words)

    def _hear(self, worker: Verifier) -> None:
        words = worker.answer()
        if words is None:
            return
        assert worker.job is not None, "who answers was asked"
        beginning, number = worker.job
        worker.job = None
        if beginning == self._beginning:
            self._early[number] = words

    def _merge(self) -> None:
        jobs = self.progress.frontier.jobs
        while jobs and (words := self._early.pop(jobs[0][0].number, None)) is not None:
            news = self.progress.merge(words)
            self._given -= 1
            if self.progress.frontier is not self._frontier:
                self._frontier = self.progress.frontier
                self._beginning += 1
                self._given = 0
                self._early.clear()
                jobs = self._frontier.jobs
            for one in news:
                self._found(one)
            if self._is_enough():
                return
