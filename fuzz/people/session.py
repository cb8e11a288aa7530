"""A session: a worker searches; what it finds is stored at once, and shrunk while it goes on."""

from __future__ import annotations

import shutil
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

from fuzz.keep.corpus import Corpus
from fuzz.keep.together import store_together
from fuzz.people.attended import Enough, shrink_attended
from fuzz.people.errors import UserError
from fuzz.people.filing import Kept, improve, keep
from fuzz.people.reliability import FreshProcesses
from fuzz.people.seeds import seeds
from fuzz.people.text import counted
from fuzz.program.text import parse_case
from fuzz.search.engines.by_name import ENGINE_DEFAULT
from fuzz.search.job import Job
from fuzz.search.mutate import MUTATIONS
from fuzz.search.supervisor import Supervisor, Totals, WorkersDie

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from fuzz.program.target import Target
    from fuzz.search.job import Crossed, Found, Novel

POLL_SECONDS: Final = 0.1
SHRINK_RUNS: Final = 1500
"""Runs spent on one finding; most need a third, and the search goes on meanwhile."""
SHRINK_SECONDS: Final = 20.0
"""The same in time: a run that hangs takes a thousand times longer than others."""
HURRY_SECONDS: Final = 4.0
"""What all findings together get once somebody wants the session to end."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to search, and until when."""

    target: Target
    where: str
    """Where a worker finds the target: its name, or `module:attribute`."""
    kernel: str
    settings: dict[str, str]
    signals: tuple[str, ...]
    crashes: Path
    engine: str = ENGINE_DEFAULT
    mutations: tuple[str, ...] = MUTATIONS
    without: tuple[str, ...] = ()
    """Sanitizers that are off while searching; what is found is shown with all of them."""
    corpus: Path | None = None
    known: tuple[str, ...] = ()
    """Signatures of findings that are passed over."""
    until: str = ""
    """The kind of finding that ends the search; empty for none."""
    seed: int = 0
    seconds: float = 0
    """0 for no limit."""
    runs: int = 0
    """0 for no limit."""
    slice_runs: int = 200_000
    """Runs of one worker process; the next one begins with its inputs, and with clean memory."""


class Audience(Protocol):
    """Sees a session."""

    def progressed(self, total: Totals, findings: int) -> None:
        """Learn how far it has come."""
        ...

    def found(self, kept: Kept) -> None:
        """Learn of a finding, which is stored as it was found."""
        ...

    def shrunk(self, kept: Kept) -> None:
        """Learn what a finding was shrunk to."""
        ...

    def said(self, text: str) -> None:
        """Learn of something out of the ordinary."""
        ...


class Session:
    """One search, from its first run to its last stored finding."""

    def __init__(self, plan: Plan, audience: Audience) -> None:
        """Prepare; nothing runs yet. KeepError when the corpus cannot be read."""
        self._plan = plan
        self._audience = audience
        self._corpus = Corpus(plan.corpus) if plan.corpus else None
        self._waiting: deque[Kept] = deque()
        self._kept: dict[str, Kept] = {}
        self._fresh = FreshProcesses(plan.where)
        self._work: Path | None = None
        self._supervisor: Supervisor | None = None
        self._ended = float("inf")
        self._polled = 0.0

    @property
    def findings(self) -> list[Kept]:
        """What was found, in that order."""
        return list(self._kept.values())

    @property
    def totals(self) -> Totals:
        """How far the search has come."""
        return self._supervisor.totals if self._supervisor else Totals()

    @property
    def reached(self) -> bool:
        """Whether the finding that was waited for is stored."""
        return any(kept.finding.kind == self._plan.until for kept in self._kept.values())

    def stop(self) -> None:
        """End the search, and the shrinking soon. Safe in a signal handler."""
        self._ended = monotonic()

    def abandon(self) -> None:
        """Leave nothing behind: this process is about to die. Safe in a signal handler."""
        if self._supervisor:
            self._supervisor.kill()
        if self._work:
            shutil.rmtree(self._work, ignore_errors=True)

    def run(self) -> None:
        """Search; when this returns or raises, no worker is left and what was found is stored.

        KeepError says that something cannot be stored, UserError that there can be no search.
        """
        with _temporary_folder() as work, self._fresh:
            self._work = work
            supervisor = self._supervisor = self._supervise(work)
            try:
                while not supervisor.over and not self._ending:
                    supervisor.poll(POLL_SECONDS)
                    if self._waiting:
                        self._shrink_next()
                supervisor.end()
                while self._waiting:
                    self._shrink_next()
            except WorkersDie as error:
                raise UserError(str(error)) from error
            finally:
                supervisor.end()

    def progressed(self, total: Totals) -> None:
        """Pass on how far the worker has come."""
        self._audience.progressed(total, len(self._kept))

    def found(self, message: Found, total: Totals) -> None:
        """Store a finding as it is, and queue it for shrinking."""
        target = self._plan.target
        case = parse_case(message.case, {target.name: target})
        kept = keep(target, self._plan.crashes, case, (message.kind, message.place), total)
        self._kept[kept.finding.signature] = kept
        self._waiting.append(kept)
        self._audience.found(kept)
        if self._supervisor and self.reached:
            self._supervisor.stop()

    def crossed(self, message: Crossed) -> None:
        """Store the cases that have shown a cycle of locks together."""
        folder = store_together(
            self._plan.crashes, message.signature, message.detail, message.cases
        )
        self._audience.said(
            f"{counted(len(message.cases), 'case')} together show {message.signature}: {folder}"
        )

    def novel(self, message: Novel) -> None:
        """Add to the corpus what brought something new."""
        if self._corpus is not None:
            self._corpus.add(message.case)

    def restarted(self, reason: str) -> None:
        """Pass on that a worker was replaced."""
        self._audience.said(f"{reason}; another one goes on")

    @property
    def _ending(self) -> bool:
        return self._ended < float("inf")

    def _supervise(self, work: Path) -> Supervisor:
        plan = self._plan
        inputs = work / "inputs"
        inputs.mkdir()
        self._plant(inputs)
        job = Job(
            target=plan.where,
            kernel=plan.kernel,
            settings=plan.settings,
            seed=plan.seed,
            runs=plan.slice_runs,
            signals=plan.signals,
            engine=plan.engine,
            mutations=plan.mutations,
            inputs=str(inputs),
            known=plan.known,
            without=plan.without,
            tells_novel=self._corpus is not None,
        )
        log = work / "worker.log"
        return Supervisor(job, self, log, seconds=plan.seconds, runs=plan.runs)

    def _plant(self, inputs: Path) -> None:
        """Give the engine the cases of the corpus, for this session's kernel and settings."""
        if self._corpus is None:
            return
        plan = self._plan
        texts, notes = seeds(self._corpus, plan.target, plan.kernel, plan.settings)
        for note in notes:
            self._audience.said(note)
        with _room_needed():
            for number, text in enumerate(texts):
                (inputs / f"seed-{number:06}").write_text(text, encoding="utf-8")

    def _shrink_next(self) -> None:
        raw = self._waiting.popleft()
        turn = self._turn_until(monotonic() + SHRINK_SECONDS)
        smallest = shrink_attended(
            self._plan.target, raw.case, raw.finding.identity, SHRINK_RUNS, turn
        )
        kept = self._kept[raw.finding.signature] = improve(
            raw, self._plan.target, *smallest, self._fresh
        )
        self._audience.shrunk(kept)

    def _turn_until(self, deadline: float) -> Callable[[], None]:
        """Return what looks after the search while something is shrunk, and ends that in time."""

        def turn() -> None:
            now = monotonic()
            if now > min(deadline, self._ended + HURRY_SECONDS):
                raise Enough
            if self._supervisor and now > self._polled + POLL_SECONDS:
                self._polled = now
                if self._ending:
                    self._supervisor.stop()
                self._supervisor.poll()

        return turn


@contextmanager
def _temporary_folder() -> Generator[Path]:
    with _room_needed():
        folder = TemporaryDirectory(prefix="swapstorm-", ignore_cleanup_errors=True)
    with folder as name:
        yield Path(name)


@contextmanager
def _room_needed() -> Generator[None]:
    """Say in one line that temporary files cannot be written, when they cannot."""
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UserError(
            f"cannot write temporary files: {why}; make room, or set TMPDIR to another folder"
        ) from error
