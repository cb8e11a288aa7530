"""The plan of a benchmark: all that its trials depend on, as one value and one file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from fuzz.people.bench.canary_target import GROUND as CANARY_GROUND
from fuzz.people.bench.ground import Ground
from fuzz.people.bench.profiles import CANARY_BUDGET
from fuzz.people.bench.trial import Job

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured."""

    code: str
    """The fingerprint of what decides how a trial goes."""
    wanted: tuple[str, ...]
    """Bugs that were asked for; empty for all that have a known case."""
    targets: int
    """How many targets; 0 for all."""
    grounds: tuple[Ground, ...]
    searchers: tuple[str, ...]
    """The first one is what the others are compared with."""
    trials: int
    budget: int
    seed: int
    depths: tuple[tuple[str, int], ...] = ()
    """Of each bug, how few faults and switches show it: an upper bound (`depth.py`)."""

    def jobs(self) -> Iterator[Job]:
        """Yield what there is to do: canaries first, then a trial of everybody after another."""
        for number, searcher in product(range(self.trials), self.searchers):
            yield Job(CANARY_GROUND, searcher, self.seed + number, CANARY_BUDGET)
        for number, ground, searcher in product(range(self.trials), self.grounds, self.searchers):
            yield Job(ground, searcher, self.seed + number, self.budget)

    def measures_like(self, other: Plan) -> bool:
        """Whether trials of another plan are good for this one: searchers and trials may differ."""
        same = {"searchers": (), "trials": 0, "seed": 0, "depths": ()}
        return replace(self, **same) == replace(other, **same)

    def text(self) -> str:
        """Write the plan as JSON."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"

    @staticmethod
    def parse(text: str) -> Plan:
        """Read a plan that `text` wrote."""
        words: dict[str, Any] = json.loads(text)
        words["wanted"] = tuple(words["wanted"])
        words["searchers"] = tuple(words["searchers"])
        words["depths"] = tuple((bug, depth) for bug, depth in words["depths"])
        words["grounds"] = tuple(Ground.parse(json.dumps(each)) for each in words["grounds"])
        return Plan(**words)
