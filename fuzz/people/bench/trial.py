"""A trial: one seeded search of one ground, and when it came to which bug."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, cast

from fuzz.people.bench.canaries import STAGES, Canaries, Mark
from fuzz.people.bench.ground import Ground
from fuzz.people.bench.searchers import Searcher, searcher_named
from fuzz.search.assignment import Assignment
from fuzz.search.engines.by_name import engine_named
from fuzz.search.explorer import Explorer
from fuzz.search.feedback import SIGNALS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fuzz.people.bench.suspects import MeasuredTarget
    from fuzz.program.target import Target


@dataclass(frozen=True, slots=True)
class Job:
    """What a trial is asked to do; all that it comes to, but for CPU time, is a function of it."""

    ground: Ground
    searcher: str
    seed: int
    budget: int
    """Executions after which it ends, if it has not found everything before."""

    def text(self) -> str:
        """Write the job on one line."""
        return json.dumps({**asdict(self), "ground": self.ground.text()}, sort_keys=True)

    @staticmethod
    def parse(text: str) -> Job:
        """Read a job that `text` wrote."""
        words: dict[str, Any] = json.loads(text)
        words["ground"] = Ground.parse(words["ground"])
        return Job(**words)


@dataclass(frozen=True, slots=True)
class Trial:
    """How a trial went."""

    ground: str
    searcher: str
    seed: int
    budget: int
    executions: int
    """How many there were: fewer than the budget when everything was found."""
    seconds: float
    """CPU seconds of the search."""
    bugs: tuple[str, ...]
    """What was to be found."""
    marks: dict[str, dict[str, Mark]] = field(default_factory=dict[str, dict[str, Mark]])
    """By stage and bug: the first time."""

    def text(self) -> str:
        """Write the trial as JSON."""
        return json.dumps(asdict(self), sort_keys=True)

    @staticmethod
    def parse(text: str) -> Trial:
        """Read a trial that `text` wrote."""
        words: dict[str, Any] = json.loads(text)
        words["bugs"] = tuple(words["bugs"])
        words["marks"] = {
            stage: {bug: Mark(**mark) for bug, mark in table.items()}
            for stage, table in words["marks"].items()
        }
        return Trial(**words)


class _Enough(Exception):
    """The trial has found all that there is."""


def run_trial(
    job: Job, target: Target, inputs: Path, ended: Callable[[Trial], None] | None = None
) -> Trial:
    """Search the ground of a job with an empty folder `inputs`.

    `ended`, if given, is told of a trial that has found everything; it must not return, as not
    every engine can be stopped.
    """
    searcher = searcher_named(job.searcher)

    def enough() -> None:
        if ended is not None:
            ended(_trial(job, canaries))
        raise _Enough

    canaries = Canaries(cast("MeasuredTarget", target), job.ground, enough)
    explorer = Explorer(_assignment(job, searcher, canaries.target, inputs), canaries)
    with suppress(_Enough):
        engine_named(searcher.engine)(explorer)
    return _trial(job, canaries)


def _assignment(job: Job, searcher: Searcher, target: Target, inputs: Path) -> Assignment:
    return Assignment(
        target=target,
        kernel=job.ground.kernel,
        inputs=inputs,
        settings=dict(job.ground.settings),
        seed=job.seed,
        runs=job.budget,
        signals=tuple(signal for signal in searcher.signals if signal in SIGNALS),
        mutations=searcher.mutations,
        strategies=searcher.strategies,
    )


def _trial(job: Job, canaries: Canaries) -> Trial:
    """Write down a trial; what came after its budget, as engines take a few runs more, is none."""
    marks = {
        stage: {
            bug: mark
            for bug, mark in sorted(canaries.marks[stage].items())
            if mark.executions <= job.budget
        }
        for stage in STAGES
    }
    return Trial(
        ground=job.ground.name,
        searcher=job.searcher,
        seed=job.seed,
        budget=job.budget,
        executions=min(canaries.executions, job.budget),
        seconds=round(canaries.seconds, 3),
        bugs=job.ground.bugs,
        marks=marks,
    )
