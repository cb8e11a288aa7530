"""The supervisor of worker processes: starts slices of a search, watches them, survives them."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

from fuzz.search.job import Crossed, Failed, Found, Job, Message, Novel, Progress
from fuzz.search.process import Worker, ending_of, tail_of

if TYPE_CHECKING:
    from pathlib import Path

WORKER: Final = (sys.executable, "-m", "fuzz.people.worker")


class WorkerFailed(Exception):
    """A worker stopped for a bug of ours; the text is its traceback."""


class WorkersDie(Exception):
    """No worker lives long enough to search; the text, one line, says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may do before it is replaced, and how often one may have to be."""

    memory: int = 2 << 30
    """Resident bytes; a worker needs a tenth of this, so beyond it something leaks."""
    silence: float = 30.0
    """Seconds without a message; it speaks twice a second, and its engine ends runs of 20."""
    childhood: float = 60.0
    """Who dies within so many seconds, before finding anything new, has died young."""
    young_deaths: int = 5
    """So many in a row, and there is no hope."""


class Listener(Protocol):
    """Learns how the search goes."""

    def progressed(self, total: Totals) -> None:
        """Learn how far the search has come."""
        ...

    def found(self, message: Found, total: Totals) -> None:
        """Learn of a finding, and how far the search had come."""
        ...

    def crossed(self, message: Crossed) -> None:
        """Learn of a cycle of locks that several runs have shown together."""
        ...

    def novel(self, message: Novel) -> None:
        """Learn of a case that reaches something new, if the job asks for those."""
        ...

    def restarted(self, reason: str) -> None:
        """Learn that a worker has to be replaced."""
        ...


@dataclass(frozen=True, slots=True)
class Totals:
    """How far a search has come, over all its slices."""

    runs: int = 0
    features: int = 0
    kept: int = 0
    seconds: float = 0.0


class Supervisor:
    """Keeps a worker searching until told to stop, the time is over or the runs are done."""

    def __init__(  # noqa: PLR0913 - who searches, who listens, and what bounds them
        self,
        job: Job,
        listener: Listener,
        log: Path,
        *,
        seconds: float = 0,
        runs: int = 0,
        limits: Limits | None = None,
        command: tuple[str, ...] = WORKER,
    ) -> None:
        """Search `job` for at most `seconds` and `runs`, both 0 for no limit."""
        self._job = job
        self._listener = listener
        self._log = log
        self._runs = runs
        self._limits = limits or Limits()
        self._command = command
        self._start = monotonic()
        self._deadline = self._start + seconds if seconds else float("inf")
        self._known = list(job.known)
        self._before = Totals()
        self._slices = 0
        self._young_deaths = 0
        self._stopping = False
        self._worker: Worker | None = None
        self._born = self._heard = self._start
        self.totals = Totals()

    @property
    def over(self) -> bool:
        """Whether the search has come to its end."""
        done = self._runs and self.totals.runs >= self._runs
        return self._stopping or bool(done) or monotonic() >= self._deadline

    @property
    def pid(self) -> int:
        """The number of the process that searches; 0 when there is none."""
        return self._worker.pid if self._worker else 0

    def stop(self) -> None:
        """Ask for the end of the search; safe in a signal handler."""
        self._stopping = True

    def kill(self) -> None:
        """End the worker at once: this process is about to die. Safe in a signal handler."""
        if self._worker is not None:
            self._worker.kill()

    def poll(self, wait: float = 0.0) -> None:
        """Look after the search: to be called a few times a second until it is over.

        WorkerFailed says that a worker met a bug of ours; WorkersDie that none lives.
        """
        if self.over:
            self.end()
            return
        worker = self._worker = self._worker or self._next_worker()
        self._handle(worker.messages(wait))
        reason = self._trouble(worker)
        if worker.ended or reason:
            self._replace(worker, reason)

    def end(self) -> None:
        """End the worker; what it had said before is heard."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        try:
            self._handle(worker.last_words())
        finally:
            worker.status()
            self._before = self.totals

    def _next_worker(self) -> Worker:
        self._slices += 1
        self._born = self._heard = monotonic()
        left = self._runs - self.totals.runs if self._runs else self._job.runs
        job = replace(
            self._job,
            seed=self._job.seed * 1000 + self._slices,
            runs=min(left, self._job.runs),
            known=tuple(self._known),
        )
        try:
            return Worker(self._command, job, self._log)
        except OSError as error:
            raise WorkersDie(f"cannot start a worker: {error}") from error

    def _trouble(self, worker: Worker) -> str:
        """Say why a worker should be replaced, or nothing."""
        if monotonic() - self._heard > self._limits.silence:
            return f"a worker said nothing for {self._limits.silence:.0f} seconds"
        memory = worker.memory()
        return f"a worker used {memory >> 20} MiB of memory" * (memory > self._limits.memory)

    def _replace(self, worker: Worker, reason: str) -> None:
        """Bury a worker that has ended, or has to; the next call of `poll` starts another one."""
        before = self._before
        if reason:
            worker.kill()
        self._handle(worker.last_words())
        status = worker.status()
        self._worker, self._before = None, self.totals
        reason = reason or ending_of(status)
        self._count_young_deaths(before, reason)
        if reason and not self.over:
            self._listener.restarted(reason)

    def _count_young_deaths(self, before: Totals, reason: str) -> None:
        """Give up when worker after worker has come to nothing; `before` is how far others came."""
        young = monotonic() - self._born < self._limits.childhood
        in_vain = self.totals.kept == before.kept
        idle = self.totals.runs == before.runs
        if not (young and in_vain and (reason or idle)):
            self._young_deaths = 0
            return
        self._young_deaths += 1
        if self._young_deaths >= self._limits.young_deaths:
            what = reason or "a worker did nothing"
            raise WorkersDie(f"no worker lives; the last time, {what}; {tail_of(self._log)}")

    def _handle(self, messages: list[Message]) -> None:
        for message in messages:
            self._heard = monotonic()
            match message:
                case Progress():
                    self._advance(message.runs, message.features, message.kept)
                    self._listener.progressed(self.totals)
                case Found():
                    self._known.append(f"{message.kind}-{message.place}")
                    now = self.totals
                    self._advance(message.runs, now.features, now.kept - self._before.kept)
                    self._listener.found(message, self.totals)
                case Crossed():
                    self._known.append(message.signature)
                    self._listener.crossed(message)
                case Novel():
                    self._listener.novel(message)
                case Failed():
                    raise WorkerFailed(message.reason)

    def _advance(self, runs: int, features: int, kept: int) -> None:
        """Add what a slice has come to, to what came before it."""
        before = self._before
        self.totals = Totals(
            before.runs + runs,
            max(before.features, features),
            before.kept + kept,
            monotonic() - self._start,
        )
