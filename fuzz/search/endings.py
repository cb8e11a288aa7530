"""Endings: the kinds of operations in which runs end before their time.

What comes after a known crash is never reached, so most fresh cases are drawn without what often
crashes; the others go on looking for other ways to crash there.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from fuzz.program.case import Case
    from fuzz.program.operation import Operation
    from fuzz.program.outcome import Outcome
    from fuzz.values.choices import Choices

    Kind = type[Operation[Any]]

OFTEN_PERCENT: Final = 15
"""So many of 100 runs with a kind end in it: it keeps the rest from being reached."""
RUNS_MIN: Final = 8
"""Runs with a kind before anything is said of it."""
SHUN_PERCENT: Final = 60
"""How many fresh cases are drawn without such kinds."""


class Endings:
    """Counts in which kinds of operations runs end."""

    __slots__ = ("_ended", "_runs")

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._runs: Counter[Kind] = Counter()
        self._ended: Counter[Kind] = Counter()

    def learn(self, case: Case, outcome: Outcome) -> None:
        """Learn of a run."""
        self._runs.update({type(one) for program in case.programs for one in program.operations})
        kind = ended_in(case, outcome)
        if kind is not None:
            self._ended[kind] += 1

    def shunned(self, choices: Choices) -> Collection[Kind]:
        """Return the kinds that a fresh case had better not have: none, now and then."""
        often = {kind for kind, runs in self._runs.items() if self._is_often(kind, runs)}
        return often if often and choices.percent(SHUN_PERCENT) else ()

    def _is_often(self, kind: Kind, runs: int) -> bool:
        return runs >= RUNS_MIN and 100 * self._ended[kind] >= OFTEN_PERCENT * runs


def ended_in(case: Case, outcome: Outcome) -> Kind | None:
    """Return the kind of the operation in which a run was broken off; None if it was not."""
    if len(outcome.answers) == case.size or not outcome.trace:
        return None
    task = outcome.trace[-1][0].name
    done = sum(answer.task == task for answer in outcome.answers)
    for program in case.programs:
        if program.name == task and done < len(program.operations):
            return type(program.operations[done])
    return None
