"""Cases as inputs of an engine that knows bytes only: read, run, and changed as the cases they are.

An input that does not parse reaches nothing, and is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.reading import CaseError
from fuzz.program.text import case_text, parse_case
from fuzz.search.mutate import Mutator
from fuzz.search.recall import Passage, Recall, passage_of
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.search.explorer import Explorer

PARSED_MAX: Final = 4096
"""Parsed inputs kept between an engine's mutation and its run of the child."""
CROSS_PERCENT: Final = 15
"""How many of the crossings that an engine asks for are done: libFuzzer asks half of the time."""
NOVEL_PERCENT: Final = 60
"""How many children have a parent that reached something new, the newer the likelier.

Measured against 0, against the parents with the fewest children and against the shortest ones.
"""


class TextInputs:
    """Runs inputs with an explorer, and makes children of them."""

    def __init__(self, explorer: Explorer, replays: int = 0) -> None:
        """Run with `explorer`; what the first `replays` inputs reach is no news."""
        assignment = explorer.assignment
        self._explorer = explorer
        self._replays = replays
        self._targets = {assignment.target.name: assignment.target}
        self._mutator = Mutator.of(assignment)
        self._recall = Recall()
        self._parsed: dict[bytes, Case] = {}
        self._novel: list[bytes] = []
        """Inputs that reached something new, in that order."""

    def run(self, text: bytes) -> set[int]:
        """Run an input and return the counters that it reached; rubbish reaches none.

        An engine that goes on when the search is over runs nothing any more.
        """
        if self._explorer.over:
            return set()
        case = self._parse(text)
        if case is None:
            self._explorer.idle()
            return set()
        lesson = self._explorer.run(case, replay=self._explorer.runs < self._replays)
        passage = passage_of(lesson.outcome) if lesson.fresh else None
        self._mutator.learn(case, lesson.outcome, passage)
        if passage:
            self._novel.append(text)
            self._recall.remember(text, passage)
        return lesson.reached

    def child(self, text: bytes, seed: int) -> bytes:
        """Make a child of an input, or a fresh case when the input is no case.

        Often the parent is not the engine's, which keeps inputs for reasons of its own.
        """
        if self._explorer.over:
            return text
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

    def _passage(self, text: bytes, case: Case) -> Passage:
        passage = self._recall.of(text)
        if passage is None:
            passage = passage_of(self._explorer.run(case, replay=True).outcome)
            self._recall.remember(text, passage)
        return passage

    def _parse(self, text: bytes) -> Case | None:
        case = self._parsed.get(text)
        if case is None:
            try:
                case = parse_case(text, self._targets)
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
