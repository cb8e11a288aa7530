"""What came after the finding: nothing of it is needed where the finding did not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.program.execute import OPERATION
from fuzz.search.shrink.cuts import Atom, Part, consider_cut, operations_of

if TYPE_CHECKING:
    from fuzz.search.shrink.attempts import Attempts


def cut_what_came_later(attempts: Attempts) -> None:
    """Cut all operations, faults and switches that came after the finding was made."""
    atoms = _later(attempts)
    if atoms:
        consider_cut(attempts, atoms)


def _later(attempts: Attempts) -> list[Atom]:
    case, outcome = attempts.case, attempts.outcome
    found = min(one.step for one in outcome.findings if one.identity == attempts.identity)
    before = outcome.trace[:found]
    passed = {(task.name, point.name, visit) for task, point, visit, _ in before}
    begun: dict[str, int] = {}
    for task, point, _, _ in before:
        if point is OPERATION:
            begun[task.name] = begun.get(task.name, 0) + 1
    return [
        *(
            atom
            for program in case.programs
            for atom in operations_of(case, program.name)[begun.get(program.name, 0) :]
        ),
        *(
            Atom(part, number)
            for part, anchored in ((Part.FAULT, case.faults), (Part.SWITCH, case.switches))
            for number, one in enumerate(anchored)
            if (one.at.task, one.at.point, one.at.visit) not in passed
        ),
    ]
