"""The explorer: runs one input after another and keeps what each taught, for any engine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.program.execute import execute, materialised
from fuzz.program.reading import CaseError
from fuzz.program.text import case_text, parse_case
from fuzz.search.lock_orders import LockOrders, together
from fuzz.search.recall import Passage, Recall, passage_of
from fuzz.values.choices import Choices
from fuzz.values.sanitizers import ALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.search.feedback import Feedback
    from fuzz.search.lock_orders import Cycle
    from fuzz.search.mutate import Mutator
    from fuzz.values.finding import Finding
    from fuzz.values.sanitizers import Sanitizers

PARSED_MAX: Final = 4096
"""Parsed inputs kept between an engine's mutation and its run of the child."""
CROSS_PERCENT: Final = 15
"""How many of the crossings that an engine asks for are done: libFuzzer asks half of the time."""
NOVEL_PERCENT: Final = 60
"""How many children have a parent that reached something new, the newer the likelier.

Measured against 0, against the parents with the fewest children and against the shortest ones.
"""


class Explorer:
    """Runs inputs (cases as text), finds out what was new, reports findings once each."""

    def __init__(  # noqa: PLR0913 - what is searched, what guides it, and who is told
        self,
        target: Target,
        mutator: Mutator,
        feedback: Feedback,
        found: Callable[[Finding, Case], None],
        kept: Callable[[Case], None],
        *,
        crossed: Callable[[Cycle], None],
        sanitizers: Sanitizers = ALL,
    ) -> None:
        """`found` is told of each new finding, its case materialised, `kept` of new coverage.

        `crossed` is told of a cycle of locks that only several runs show together.
        """
        self._crossed = crossed
        self._locks = LockOrders()
        self._target = target
        self._sanitizers = sanitizers
        self._mutator = mutator
        self._feedback = feedback
        self._found = found
        self._kept = kept
        self._recall = Recall()
        self._parsed: dict[bytes, Case] = {}
        self._identities: set[str] = set()
        self._novel: list[bytes] = []
        """Inputs that reached something new, in that order."""
        self.features: set[int] = set()
        self.runs = 0

    def know(self, signatures: Iterable[str]) -> None:
        """Take these findings as reported."""
        self._identities.update(signatures)

    def run(self, text: bytes) -> set[int]:
        """Run an input and return the counters that it reached; rubbish reaches none."""
        self.runs += 1
        case = self._parse(text)
        if case is None:
            return set()
        outcome = self._execute(case)
        for finding in outcome.findings:
            self._meet(finding, case, outcome)
        if self._locks.news(outcome.lock_orders):
            self._learn_orders(case, outcome)
        reached = self._feedback.counters(case, outcome)
        if not reached <= self.features:
            self.features |= reached
            self._novel.append(text)
            self._recall.remember(text, passage_of(outcome))
            self._kept(materialised(case, outcome))
        return reached

    def child(self, text: bytes, seed: int) -> bytes:
        """Make a child of an input, or a fresh case when the input is no case.

        Often the parent is not the engine's, which keeps inputs for reasons of its own.
        """
        choices = Choices(seed)
        if self._novel and choices.percent(NOVEL_PERCENT):
            count = len(self._novel)
            text = self._novel[max(choices.below(count), choices.below(count))]
        parent = self._parse(text)
        if parent is None:
            return self._written(self._mutator.fresh(choices))
        return self._written(self._mutator.child(parent, self._passage(text, parent), choices))

    def cross(self, mother: bytes, father: bytes, seed: int) -> bytes:
        """Cross two inputs now and then; an engine asks for it as often as for a child."""
        choices = Choices(seed)
        first, second = self._parse(mother), self._parse(father)
        if first is None or second is None or not choices.percent(CROSS_PERCENT):
            return self.child(mother, choices.seed_for_child())
        return self._written(self._mutator.cross(first, second, choices))

    def _execute(self, case: Case) -> Outcome:
        return execute(self._target, case, sanitizers=self._sanitizers)

    def _passage(self, text: bytes, case: Case) -> Passage:
        passage = self._recall.of(text)
        if passage is None:
            passage = passage_of(self._execute(case))
            self._recall.remember(text, passage)
        return passage

    def _parse(self, text: bytes) -> Case | None:
        case = self._parsed.get(text)
        if case is None:
            try:
                case = parse_case(text, {self._target.name: self._target})
            except CaseError:
                return None
            self._store(text, case)
        return case

    def _written(self, case: Case) -> bytes:
        text = case_text(case).encode()
        self._store(text, case)
        return text

    def _store(self, text: bytes, case: Case) -> None:
        if len(self._parsed) >= PARSED_MAX:
            self._parsed.clear()
        self._parsed[text] = case

    def _learn_orders(self, case: Case, outcome: Outcome) -> None:
        for cycle in self._locks.learn(outcome.lock_orders, materialised(case, outcome)):
            if cycle.signature not in self._identities and not self._in_one_run(cycle):
                self._identities.add(cycle.signature)
                self._crossed(cycle)

    def _in_one_run(self, cycle: Cycle) -> bool:
        """Whether a case with the tasks of all has the whole cycle; it is reported then."""
        for case in together(cycle.cases):
            outcome = self._execute(case)
            for finding in outcome.findings:
                if finding.signature == cycle.signature:
                    self._meet(finding, case, outcome)
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
        self._found(finding, explicit)
