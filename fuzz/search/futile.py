"""Futile operations: kinds that a kernel refuses whatever the circumstances, such as files that it
does not have.

Refusals are where bugs are, but one that is always the same comes before anything is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from fuzz.program.case import Case
    from fuzz.program.operation import Operation
    from fuzz.program.outcome import Outcome
    from fuzz.values.choices import Choices

    Kind = type[Operation[Any]]

ANSWERS_MIN: Final = 30
"""So many operations of a kind were all refused alike before it counts as futile."""
SPARED_PERCENT: Final = 90
"""How many fresh cases are drawn without such kinds."""


class Futile:
    """Counts the refusals of kinds that were never answered otherwise."""

    __slots__ = ("_fruitful", "_refused")

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._fruitful: set[Kind] = set()
        """Kinds that were answered, or refused in several ways."""
        self._refused: dict[Kind, tuple[str, int]] = {}
        """Of every other kind how it is refused, and how often it was."""

    def learn(self, case: Case, outcome: Outcome) -> None:
        """Learn of a run."""
        programs = {program.name: program.operations for program in case.programs}
        for answer in outcome.answers:
            kind = type(programs[answer.task][answer.operation])
            if kind in self._fruitful:
                continue
            word, count = self._refused.pop(kind, (answer.text, 0))
            if answer.refused and answer.text == word:
                self._refused[kind] = word, count + 1
            else:
                self._fruitful.add(kind)

    def shunned(self, choices: Choices) -> Collection[Kind]:
        """Return the kinds that a fresh case had better not have: none, now and then."""
        kinds = {kind for kind, (_, count) in self._refused.items() if count >= ANSWERS_MIN}
        return kinds if kinds and choices.percent(SPARED_PERCENT) else ()
