"""Neighbours of a case: what differs from it in little, so that the same bug shows in several ways.

They are drawn: other interleavings with the same faults, other arguments, one operation more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.case import Schedule
from fuzz.program.operation import arguments_of, draw_operation
from fuzz.world.schedule.by_name import STRATEGY_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.program.domain import Domain
    from fuzz.program.operation import Operation
    from fuzz.program.target import Target
    from fuzz.values.choices import Choices

STEPS_AN_OPERATION: Final = 50
STEPS_MIN: Final = 100


def neighbours(target: Target, case: Case, choices: Choices, number: int) -> Iterator[Case]:
    """Draw so many neighbours of a case, of each kind in turn."""
    ways = (more_operations, other_schedules, more_operations, other_arguments)
    for turn in range(number):
        yield ways[turn % len(ways)](target, case, choices)


def more_operations(target: Target, case: Case, choices: Choices) -> Case:
    """Insert an operation before or after others, or at the end of a task."""
    number = choices.below(len(case.programs))
    program = case.programs[number]
    at = choices.below(len(program.operations) + 1)
    used = [operation for each in case.programs for operation in each.operations]
    new = draw_operation(choices.one_of(target.operations), choices, used)
    longer = replace(program, operations=(*program.operations[:at], new, *program.operations[at:]))
    programs = (*case.programs[:number], longer, *case.programs[number + 1 :])
    return replace(case, programs=programs)


def other_schedules(target: Target, case: Case, choices: Choices) -> Case:
    """Leave the order to a strategy, with a new seed; faults stay where they are anchored."""
    del target
    steps = max(STEPS_MIN, STEPS_AN_OPERATION * case.size)
    name = choices.one_of(STRATEGY_NAMES)
    seed = choices.seed_for_child()
    kept = case.switches[: choices.below(len(case.switches) + 1)]
    return replace(case, switches=kept, schedule=Schedule(name, seed, steps=steps))


def other_arguments(target: Target, case: Case, choices: Choices) -> Case:
    """Redraw all values of one domain, equal ones alike: other pages, or other contents."""
    del target
    domains = list(
        dict.fromkeys(
            argument.domain
            for program in case.programs
            for operation in program.operations
            for argument in arguments_of(type(operation))
        )
    )
    if not domains:
        return case
    domain = choices.one_of(domains)
    drawn: dict[str, Any] = {}
    programs = tuple(
        replace(
            program,
            operations=tuple(_redrawn(one, domain, drawn, choices) for one in program.operations),
        )
        for program in case.programs
    )
    return replace(case, programs=programs)


def _redrawn(
    operation: Operation[Any], domain: Domain[Any], drawn: dict[str, Any], choices: Choices
) -> Operation[Any]:
    kind = type(operation)
    values: dict[str, Any] = {}
    for argument in arguments_of(kind):
        value = values[argument.field] = getattr(operation, argument.field)
        if argument.domain == domain:
            text = domain.text(value)
            if text not in drawn:
                drawn[text] = domain.draw(choices)
            values[argument.field] = drawn[text]
    return kind(**values)
