"""The pool: cases that reached something new, and which of them has the next child.

Energy is how rare the features of a case are, shared among its children: what many runs reach needs
no more of them (AFLFast: Böhme and others, CCS 2016; Entropic: ESEC/FSE 2020).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.search.recall import Passage
    from fuzz.values.choices import Choices

CANDIDATES: Final = 3
"""Cases drawn, newer ones likelier, of which that with the most energy is chosen."""


@dataclass(slots=True)
class Parent:
    """A case of the pool."""

    case: Case
    passage: Passage
    features: tuple[int, ...]
    """What was new when it ran."""
    children: int = 0


class Pool:
    """Holds parents, and knows how often each feature was reached."""

    def __init__(self) -> None:
        """Start empty."""
        self._parents: list[Parent] = []
        self._hits: Counter[int] = Counter()

    def __len__(self) -> int:
        """Count the parents."""
        return len(self._parents)

    def add(self, case: Case, passage: Passage, features: tuple[int, ...]) -> None:
        """Add a case that was the first to reach some features."""
        self._parents.append(Parent(case, passage, features))

    def saw(self, reached: set[int]) -> None:
        """Learn what a run reached."""
        self._hits.update(reached)

    def choose(self, choices: Choices) -> Parent:
        """Choose who has the next child; the pool is not empty."""
        drawn = [self._draw(choices) for _ in range(CANDIDATES)]
        chosen = max(drawn, key=self._energy)
        chosen.children += 1
        return chosen

    def any(self, choices: Choices) -> Case:
        """Draw a case, each as likely; the pool is not empty."""
        return choices.one_of(self._parents).case

    def _draw(self, choices: Choices) -> Parent:
        count = len(self._parents)
        return self._parents[max(choices.below(count), choices.below(count))]

    def _energy(self, parent: Parent) -> float:
        rarest = min(self._hits[feature] for feature in parent.features)
        return 1.0 / (rarest * (1 + parent.children))
