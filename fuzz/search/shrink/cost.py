"""What makes one case simpler than another: a total order, so that shrinking ends.

Compared from the first field on. Operations come before faults and switches because a reader pays
most for them; the text decides last, so that two different cases are never equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fuzz.program.execute import OPERATION
from fuzz.program.operation import arguments_of
from fuzz.program.text import case_text
from fuzz.values.point import BEGIN, END

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.program.case import Case
    from fuzz.program.domain import Domain
    from fuzz.program.operation import Operation
    from fuzz.program.target import Target
    from fuzz.world.event import Event

STEPS_MAX: Final = 32
"""Steps to the simplest value that are counted; beyond, the length of the text decides."""

BETWEEN: Final = (BEGIN.name, OPERATION.name, END.name)
"""Points at which a task is between operations."""


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
    inside: int
    """Switches that come in the middle of an operation."""
    ahead: int
    """Points that are passed after the switches: the later, the closer to where it matters."""
    length: int
    text: str

    @property
    def before_places(self) -> tuple[int, ...]:
        """What is dearer than where the switches are, which only a run tells."""
        return self[: self._fields.index("inside")]  # type: ignore[return-value]


class Costs:
    """Prices cases; remembers what operations cost."""

    def __init__(self, target: Target) -> None:
        """Price cases of a target."""
        self._outcomes = {point.name: point.faults for point in target.fault_points}
        self._steps: dict[str, int] = {}

    def of(self, case: Case, trace: Sequence[Event] = ()) -> Cost:
        """Price a case; without the trace of its run, its switches are taken to be at the end."""
        text = case_text(case)
        inside, ahead = _places(case, trace)
        return Cost(
            tasks=sum(bool(program.operations) for program in case.programs),
            operations=case.size,
            faults=len(case.faults),
            switches=len(case.switches),
            settings=len(case.settings),
            drawn=(case.schedule is not None) + len(case.injections),
            kinds=len({type(one) for program in case.programs for one in program.operations}),
            complexity=self._complexity_of(case),
            inside=inside,
            ahead=ahead,
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
            known = sum(
                steps_of(slot.domain, getattr(operation, slot.field))
                for slot in arguments_of(type(operation))
            )
            self._steps[text] = known
        return known


def _places(case: Case, trace: Sequence[Event]) -> tuple[int, int]:
    """Count the switches inside of operations, and the points after each switch."""
    if not case.switches or not trace:
        return 0, 0
    moments = {(task.name, point.name, visit): n for n, (task, point, visit, _) in enumerate(trace)}
    inside = sum(switch.at.point not in BETWEEN for switch in case.switches)
    at = [(one.at.task, one.at.point, one.at.visit) for one in case.switches]
    return inside, sum(len(trace) - moments.get(moment, len(trace)) for moment in at)


def steps_of(domain: Domain[Any], value: object) -> int:
    """Count the steps to the simplest value of a domain, each to the nearest simpler one."""
    for steps in range(STEPS_MAX):
        simpler = list(domain.simpler(value))
        if not simpler:
            return steps
        value = simpler[-1]
    return STEPS_MAX
