"""A benchmark: runs the trials of a plan that are not done yet, and writes down what they say."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

from fuzz.keep.files import make_folder, write_together
from fuzz.people.bench.canaries import DETECTED
from fuzz.people.bench.canary_target import CANARY
from fuzz.people.bench.crew import Crew
from fuzz.people.bench.document import document
from fuzz.people.bench.record import record

if TYPE_CHECKING:
    from pathlib import Path

    from fuzz.people.bench.analysis import Analysis
    from fuzz.people.bench.circumstances import Circumstances
    from fuzz.people.bench.plan import Plan
    from fuzz.people.bench.store import Store
    from fuzz.people.bench.trial import Trial

DOCUMENT: Final = "README.md"
RECORD: Final = "results.json"


class CanaryMissed(Exception):
    """A searcher did not find what cannot be missed: a bug of ours; the text says which."""


class Audience(Protocol):
    """Sees a benchmark."""

    def moved(self, seconds: float, line: str) -> None:
        """Learn how far it is."""
        ...


class Benchmark:
    """The trials of a plan."""

    def __init__(self, plan: Plan, store: Store, audience: Audience, workers: int) -> None:
        """Nothing runs yet."""
        self._plan = plan
        self._store = store
        self._audience = audience
        self._crew = Crew(workers, self._finished)
        self._start = monotonic()
        self._done = 0
        self.left = 0
        """Trials that are still to be done."""

    def stop(self) -> None:
        """Ask for the end; what is done is stored. Safe in a signal handler."""
        self._crew.stop()

    def run(self) -> None:
        """Run what is not done yet.

        CanaryMissed says that nothing that was measured counts, TrialFailed that a trial did not
        come to its end.
        """
        jobs = [job for job in self._plan.jobs() if self._store.trial(job) is None]
        self.left = len(jobs)
        self._crew.run(jobs)

    def trials(self) -> list[Trial]:
        """Return the trials of all grounds, which are done; CanaryMissed as above."""
        found = [self._store.trial(job) for job in self._plan.jobs()]
        trials = [trial for trial in found if trial is not None]
        for trial in trials:
            _check(trial)
        return [trial for trial in trials if trial.ground != CANARY]

    def _finished(self, trial: Trial) -> None:
        _check(trial)
        self._store.add(trial)
        self._done += 1
        self.left -= 1
        seconds = monotonic() - self._start
        minutes = seconds / self._done * self.left / 60
        line = f"{self._done} trials done, {self.left} to go, about {minutes:.0f} minutes"
        self._audience.moved(seconds, line)


def _check(trial: Trial) -> None:
    if trial.ground == CANARY and CANARY not in trial.marks[DETECTED]:
        raise CanaryMissed(
            f"the canary was not found by {trial.searcher}, seed {trial.seed}, "
            f"in {trial.executions} executions: nothing measured like that counts"
        )


def publish(analysis: Analysis, how: Circumstances, folder: Path) -> None:
    """Write a document, a record and plots to a folder; KeepError when that cannot be."""
    from fuzz.people.bench.plots import plots  # noqa: PLC0415 - takes a second to import

    pictures = plots(analysis)
    make_folder(folder, DOCUMENT)
    write_together(
        folder,
        {
            DOCUMENT: document(analysis, how, sorted(pictures)),
            RECORD: record(analysis, how),
            **pictures,
        },
    )
