"""The analysis: from trials to what each searcher came to on each bug, and against the first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median as middle
from typing import TYPE_CHECKING, Final

from fuzz.people.bench.canaries import DETECTED, STAGES
from fuzz.people.bench.statistics import (
    Estimate,
    Times,
    a12,
    geometric_mean,
    holm,
    log_rank,
    median,
    restricted_mean,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fuzz.people.bench.plan import Plan
    from fuzz.people.bench.trial import Trial

SIGNIFICANT: Final = 0.05
NO_DIFFERENCE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Cell:
    """What one searcher came to on one bug."""

    times: Mapping[str, Times]
    """By stage, in executions."""
    seconds: Mapping[str, float | None]
    """By stage: the median of CPU seconds; None when half of the trials or more did not."""
    mean: Estimate
    """Executions to detection: restricted mean."""

    @property
    def found(self) -> int:
        """In how many trials it was detected."""
        return len(self.times[DETECTED].seen)

    @property
    def always(self) -> bool:
        """Whether it was detected in each trial."""
        return not self.times[DETECTED].censored

    def median(self, stage: str = DETECTED) -> float | None:
        """Return the median of executions; None when half of the trials or more did not."""
        return median(self.times[stage])


@dataclass(frozen=True, slots=True)
class Contest:
    """The first searcher against another one, on one bug."""

    a12: Estimate
    """The probability that the first one is sooner."""
    p: float
    """Of the log-rank test, corrected for the number of bugs."""

    @property
    def verdict(self) -> str:
        """Say who is sooner, if that is more than chance."""
        if self.p >= SIGNIFICANT or self.a12.value == NO_DIFFERENCE:
            return ""
        return "+" if self.a12.value > NO_DIFFERENCE else "-"


@dataclass(frozen=True, slots=True)
class Score:
    """What one searcher came to on all bugs."""

    found: int
    """Pairs of bug and trial in which it was detected."""
    pairs: int
    always: int
    """Bugs detected in each trial."""
    sometimes: int
    """Bugs detected in some trial."""
    factor: float
    """How many times the executions of the first searcher it needs: geometric mean over bugs."""
    tied: float
    """On which share of the bugs the first searcher is as soon or sooner."""
    sooner: int
    """Bugs on which the first searcher is sooner, beyond chance."""
    later: int
    """Bugs on which it is later, beyond chance."""
    rate: float
    """Executions a CPU second, over all its trials."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that is known of all searchers and bugs."""

    plan: Plan
    searchers: tuple[str, ...]
    bugs: tuple[str, ...]
    grounds: Mapping[str, str]
    """By bug: the name of the ground where it is to be found."""
    cells: Mapping[tuple[str, str], Cell]
    """By bug and searcher."""
    contests: Mapping[tuple[str, str], Contest]
    """By bug and searcher, for all but the first."""
    scores: Mapping[str, Score]
    """By searcher."""


def analyse(plan: Plan, trials: Sequence[Trial]) -> Analysis:
    """Put trials together; there is one of each searcher, ground and seed of the plan."""
    grounds = {bug: ground.name for ground in plan.grounds for bug in ground.bugs}
    of: defaultdict[tuple[str, str], list[Trial]] = defaultdict(list)
    for trial in trials:
        of[trial.ground, trial.searcher].append(trial)
    cells = {
        (bug, searcher): _cell(bug, of[ground, searcher], plan.budget)
        for bug, ground in grounds.items()
        for searcher in plan.searchers
    }
    contests: dict[tuple[str, str], Contest] = {}
    for searcher in plan.searchers[1:]:
        contests |= _contests(plan.searchers[0], searcher, tuple(grounds), cells)
    first = [cells[bug, plan.searchers[0]] for bug in grounds]
    scores = {
        searcher: _score(
            [cells[bug, searcher] for bug in grounds],
            first,
            [contest for (_, other), contest in contests.items() if other == searcher],
            [trial for trial in trials if trial.searcher == searcher],
        )
        for searcher in plan.searchers
    }
    return Analysis(plan, plan.searchers, tuple(grounds), grounds, cells, contests, scores)


def _cell(bug: str, trials: Iterable[Trial], budget: int) -> Cell:
    times: dict[str, Times] = {}
    seconds: dict[str, float | None] = {}
    for stage in STAGES:
        marks = [trial.marks[stage].get(bug) for trial in trials]
        seen = sorted(mark.executions for mark in marks if mark is not None)
        times[stage] = Times(tuple(seen), len(marks) - len(seen), budget)
        value = middle([mark.seconds if mark else float("inf") for mark in marks])
        seconds[stage] = None if value == float("inf") else value
    return Cell(times, seconds, restricted_mean(times[DETECTED]))


def _contests(
    first: str, other: str, bugs: Sequence[str], cells: Mapping[tuple[str, str], Cell]
) -> dict[tuple[str, str], Contest]:
    pairs = [(cells[bug, first].times[DETECTED], cells[bug, other].times[DETECTED]) for bug in bugs]
    corrected = holm([log_rank(*pair) for pair in pairs])
    return {
        (bug, other): Contest(a12(*pair), p)
        for bug, pair, p in zip(bugs, pairs, corrected, strict=True)
    }


def _score(
    own: Sequence[Cell],
    first: Sequence[Cell],
    contests: Sequence[Contest],
    trials: Sequence[Trial],
) -> Score:
    """Add up what a searcher came to; `first` has the cells of the first one for the same bugs."""
    seconds = sum(trial.seconds for trial in trials)
    ratios = [cell.mean.value / best.mean.value for cell, best in zip(own, first, strict=True)]
    tied = [contest.a12.value >= NO_DIFFERENCE for contest in contests]
    return Score(
        found=sum(cell.found for cell in own),
        pairs=sum(cell.times[DETECTED].trials for cell in own),
        always=sum(cell.always for cell in own),
        sometimes=sum(cell.found > 0 for cell in own),
        factor=geometric_mean(ratios),
        tied=sum(tied) / len(tied) if tied else 1.0,
        sooner=sum(contest.verdict == "+" for contest in contests),
        later=sum(contest.verdict == "-" for contest in contests),
        rate=sum(trial.executions for trial in trials) / seconds if seconds else 0.0,
    )
