"""The explorer: runs one case after another and keeps what each taught, for any engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fuzz.program.execute import execute, materialised
from fuzz.program.text import case_text
from fuzz.search.feedback import Feedback
from fuzz.search.lock_orders import LockOrders, together

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.execute import Guest
    from fuzz.program.outcome import Outcome
    from fuzz.search.assignment import Assignment, Listener
    from fuzz.search.lock_orders import Cycle
    from fuzz.values.finding import Finding


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one run taught."""

    outcome: Outcome
    reached: set[int]
    """The counters that it reached."""
    fresh: frozenset[int]
    """Those that no run had reached before."""


class Explorer:
    """Runs cases, finds out what was new, reports findings once each."""

    def __init__(self, assignment: Assignment, listener: Listener) -> None:
        """Explore what is assigned; `listener` learns of it."""
        self.assignment = assignment
        self._listener = listener
        self._feedback = Feedback(assignment.signals)
        self._locks = LockOrders()
        self._identities = set(assignment.known)
        self.features: set[int] = set()
        self.runs = 0

    @property
    def over(self) -> bool:
        """Whether all runs of the assignment are done."""
        return self.runs >= self.assignment.runs

    def run(self, case: Case, *, replay: bool = False) -> Lesson:
        """Run a case; what a `replay` reaches is no news to the listener."""
        self.runs += 1
        witness = self._feedback.witness()
        outcome = self._execute(case, witness)
        self._listener.ran(case, outcome)
        for finding in outcome.findings:
            self._meet(finding, case, outcome)
        reached = self._feedback.counters(case, outcome, witness)
        fresh = frozenset(reached - self.features)
        if fresh:
            self.features |= reached
            if not replay:
                self._listener.kept(materialised(case, outcome))
        if self._locks.news(outcome.lock_orders):
            self._learn_orders(case, outcome)
        return Lesson(outcome, reached, fresh)

    def idle(self) -> None:
        """Count a run of an input that is no case: it reaches nothing."""
        self.runs += 1
        self._listener.idled()

    def _execute(self, case: Case, guest: Guest | None = None) -> Outcome:
        assignment = self.assignment
        return execute(assignment.target, case, sanitizers=assignment.sanitizers, guest=guest)

    def _learn_orders(self, case: Case, outcome: Outcome) -> None:
        for cycle in self._locks.learn(outcome.lock_orders, materialised(case, outcome)):
            if cycle.signature not in self._identities and not self._in_one_run(cycle):
                self._identities.add(cycle.signature)
                self._listener.crossed(cycle)

    def _in_one_run(self, cycle: Cycle) -> bool:
        """Whether a case with the tasks of all has the whole cycle; it is reported then."""
        for case in together(cycle.cases):
            self.run(case, replay=True)
            if cycle.signature in self._identities:
                return True
        return False

    def _meet(self, finding: Finding, case: Case, outcome: Outcome) -> None:
        """Report a finding the first time; run it again first: a difference is a bug of ours."""
        if finding.signature in self._identities:
            return
        self._identities.add(finding.signature)
        explicit = replace(materialised(case, outcome), expectations=(), comments=())
        again = self._execute(explicit)
        assert again.text() == outcome.text(), f"two runs of one case differ:\n{case_text(case)}"
        self._listener.found(finding, explicit)
