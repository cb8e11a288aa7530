"""A small plan on the toy, and trials as they might have gone."""

from __future__ import annotations

from typing import Final

from fuzz.people.bench.canaries import STAGES, Mark
from fuzz.people.bench.canary_target import CANARY
from fuzz.people.bench.canary_target import GROUND as CANARY_GROUND
from fuzz.people.bench.ground import Ground
from fuzz.people.bench.plan import Plan
from fuzz.people.bench.trial import Trial
from tests.fuzz.people.bench.known import WHERE

GROUND: Final = Ground("cracked-1", WHERE, "1", (("with", "greedy"),), ("greedy", "unlocked"))
PLAN: Final = Plan(
    code="c0de",
    wanted=(),
    targets=0,
    grounds=(GROUND,),
    searchers=("inprocess", "uniform"),
    trials=2,
    budget=100,
    seed=0,
    depths=(("greedy", 0), ("unlocked", 1)),
)


def trial_of(searcher: str, seed: int, moments: dict[str, int], ground: Ground = GROUND) -> Trial:
    """A trial in which bugs were reached, triggered and detected at once."""
    marks = {bug: Mark(moment, moment / 100, "some-finding") for bug, moment in moments.items()}
    return Trial(
        ground=ground.name,
        searcher=searcher,
        seed=seed,
        budget=PLAN.budget,
        executions=PLAN.budget,
        seconds=1.0,
        bugs=ground.bugs,
        marks=dict.fromkeys(STAGES, marks),
    )


def canary_trial(searcher: str, seed: int, *, found: bool = True) -> Trial:
    return trial_of(searcher, seed, {CANARY: 1} if found else {}, CANARY_GROUND)


TRIALS: Final = (
    trial_of("inprocess", 0, {"greedy": 2, "unlocked": 10}),
    trial_of("inprocess", 1, {"greedy": 4, "unlocked": 30}),
    trial_of("uniform", 0, {"greedy": 3}),
    trial_of("uniform", 1, {"greedy": 5, "unlocked": 90}),
)
