"""What makes one case simpler than another: a total order, so that shrinking ends.

Compared from the first field on. Operations come before faults and switches because a reader pays
most for them; the text decides last, so that two different cases are never equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fuzz.program.operation import arguments_of
from fuzz.program.text import case_text

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.operation import Argument, Operation
    from fuzz.program.target import Target

STEPS_MAX: Final = 32
"""Steps to the simplest value that are counted; beyond, the length of the text decides."""


class Cost(NamedTuple):
    """The price of reading a case, dearest part first."""

    tasks: int
    """Tasks that have operations."""
    operations: int
    faults: int
    switches: int
    settings: int
    """Settings that differ from their default."""
    drawn: int
    """A schedule and injections: what a reader cannot see happen."""
    kinds: int
    """Different kinds of operations."""
    complexity: int
    """Steps from the arguments of the operations, and from the faults, to the simplest ones."""
    length: int
    text: str


class Costs:
    """Prices cases; remembers what operations cost."""

    def __init__(self, target: Target) -> None:
        """Price cases of a target."""
        self._outcomes = {point.name: point.faults for point in target.fault_points}
        self._steps: dict[str, int] = {}

    def of(self, case: Case) -> Cost:
        """Price a case."""
        text = case_text(case)
        return Cost(
            tasks=sum(bool(program.operations) for program in case.programs),
            operations=case.size,
            faults=len(case.faults),
            switches=len(case.switches),
            settings=len(case.settings),
            drawn=(case.schedule is not None) + len(case.injections),
            kinds=len({type(one) for program in case.programs for one in program.operations}),
            complexity=self._complexity_of(case),
            length=len(text),
            text=text,
        )

    def _complexity_of(self, case: Case) -> int:
        steps = sum(self._outcomes[one.at.point].index(one.outcome) for one in case.faults)
        for program in case.programs:
            steps += sum(map(self._steps_of, program.operations))
        return steps

    def _steps_of(self, operation: Operation[Any]) -> int:
        text = str(operation)
        known = self._steps.get(text)
        if known is None:
            known = sum(_steps(slot, operation) for slot in arguments_of(type(operation)))
            self._steps[text] = known
        return known


def _steps(slot: Argument, operation: Operation[Any]) -> int:
    """Count the steps to the simplest value, each to the nearest simpler one."""
    value = getattr(operation, slot.field)
    for steps in range(STEPS_MAX):
        simpler = list(slot.domain.simpler(value))
        if not simpler:
            return steps
        value = simpler[-1]
    return STEPS_MAX
