"""The smallest case so far, and the one way to replace it."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from fuzz.program.case import bare
from fuzz.program.execute import execute, materialised
from fuzz.program.target import settings_of
from fuzz.program.text import case_text
from fuzz.search.shrink.cost import Costs
from fuzz.values.anchor import Anchor, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.search.shrink.cost import Cost
    from fuzz.values.finding import Finding
    from fuzz.world.event import Event

    Identity = tuple[str, str]


class Attempts:
    """Tries candidates: a case that was seen is not run again, and the runs have a budget."""

    def __init__(self, target: Target, case: Case, identity: Identity, budget: int) -> None:
        """Start from a case that shows a finding of `identity`; ValueError when it does not."""
        assert budget > 1, "the case is run at the start and at the end"
        self.target = target
        self.identity = identity
        self._budget = budget
        self._costs = Costs(target)
        self._fault_points = {point.name for point in target.fault_points}
        self._seen: set[str] = set()
        self._places: dict[str, list[Fault]] = {}
        self.executions = 0
        self.exhausted = False
        """Whether a candidate was left untried for want of budget."""
        self.over: Callable[[], bool] = _never
        """Asked before each candidate: whether to try no more."""
        self.stopped = False
        """Whether it was said to be over."""
        self.accepted: Callable[[], None] = _nothing
        """Called after each improvement."""
        self.met: dict[Identity, tuple[Cost, Case, Finding]] = {}
        """Other findings, each with the cheapest case that showed it, materialised."""
        self.in_vain: set[tuple[str, str, str]] = set()
        """Values that could not be made simpler: where, from what, to what."""
        self.tried: list[Event] = []
        """The trace of the last candidate that was run."""
        start = _in_declared_order(target, bare(case))
        outcome = self._run(start)
        if not self._shows(outcome):
            raise ValueError(f"the case does not show {' '.join(identity)}")
        self._keep(materialised(start, outcome), outcome)

    @property
    def places(self) -> list[Fault]:
        """Where something can fail on the way of the smallest case, each in its first way.

        A target may offer fewer points than the code passes.
        """
        return self._places_in(self.outcome.trace)

    def places_of(self, case: Case) -> list[Fault]:
        """Return the same for another case, which is run; none once the budget is used up."""
        text = case_text(case)
        if text not in self._places:
            if self.stopped or self.executions >= self._budget - 1:
                return []
            self._places[text] = self._places_in(self._run(case).trace)
        return self._places[text]

    def _places_in(self, trace: list[Event]) -> list[Fault]:
        return [
            Fault(Anchor(task.name, point.name, visit), point.faults[0])
            for task, point, visit, _ in trace
            if point.name in self._fault_points
        ]

    def _keep(self, case: Case, outcome: Outcome) -> None:
        self.case = case
        self.outcome = replace(outcome, unreached=())
        self.cost = self._costs.of(case, outcome.trace)
        self._seen.add(self.cost.text)

    def consider(self, candidate: Case) -> bool:
        """Take the candidate if it shows the same finding at a lower cost.

        It is taken as its run went: anchors that no visit came to are dropped, draws made explicit.
        """
        cost = self._costs.of(candidate)
        if not self._worth(candidate, cost):
            return False
        if self.stopped or self.executions >= self._budget - 1:  # the last one is for `replay`
            self.exhausted = True
            return False
        if self.over():
            self.stopped = True
            return False
        self._seen.add(cost.text)
        outcome = self._run(candidate)
        explicit = materialised(candidate, outcome)
        cost = self._costs.of(explicit, outcome.trace)
        self._seen.add(cost.text)  # another text of the same run
        if not self._shows(outcome) or cost >= self.cost:
            return False
        self._keep(explicit, outcome)
        self.accepted()
        return True

    def any_of(self, candidates: Iterable[Case]) -> bool:
        """Consider candidates until one is taken."""
        return any(map(self.consider, candidates))

    def promising(self, candidates: Iterable[Case], count: int) -> Iterator[Case]:
        """Yield up to `count` of the candidates, leaving out those that would not even be run."""
        return islice((one for one in candidates if self._worth(one, self._costs.of(one))), count)

    def _worth(self, candidate: Case, cost: Cost) -> bool:
        return cost.text not in self._seen and self._may_be_cheaper(cost) and self._valid(candidate)

    def replay(self) -> None:
        """Run the smallest case once more: a run that differs is our bug."""
        again = self._run(self.case)
        assert again.text() == self.outcome.text(), "same case, same outcome"

    def _may_be_cheaper(self, cost: Cost) -> bool:
        """What a candidate draws is known only after its run; what it does is known before."""
        if cost.drawn:
            return cost[:2] <= self.cost[:2]
        if cost.before_places != self.cost.before_places or not cost.switches:
            return cost < self.cost
        return True

    def _valid(self, candidate: Case) -> bool:
        try:
            settings = settings_of(self.target, dict(candidate.settings))
            self.target.check(candidate.kernel, settings)
        except ValueError:
            return False
        return True

    def _run(self, case: Case) -> Outcome:
        self.executions += 1
        outcome = execute(self.target, case)
        self.tried = outcome.trace
        if outcome.findings:
            self._meet(case, outcome)
        return outcome

    def _meet(self, case: Case, outcome: Outcome) -> None:
        """Remember what else was found: it is another bug, and somebody else's work."""
        others = [one for one in outcome.findings if one.identity != self.identity]
        if others:
            explicit = materialised(case, outcome)
            cost = self._costs.of(explicit, outcome.trace)
            for other in others:
                known = self.met.get(other.identity)
                if known is None or cost < known[0]:
                    self.met[other.identity] = cost, explicit, other

    def _shows(self, outcome: Outcome) -> bool:
        return any(finding.identity == self.identity for finding in outcome.findings)


def _nothing() -> None:
    """Do nothing."""


def _in_declared_order(target: Target, case: Case) -> Case:
    """Return the case with its settings in the order in which the target names them."""
    places = [setting.name for setting in target.settings]
    ordered = sorted(case.settings, key=lambda setting: places.index(setting[0]))
    return replace(case, settings=tuple(ordered))


def _never() -> bool:
    return False
