"""The peer that a user could write in an afternoon: random programs, each in a random walk.

Kinds of operations come by the target's weights and arguments from their domains, each by itself:
nothing is repeated, kept or learned. Up to two faults come at points of the target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.case import Case, Program, Schedule
from fuzz.program.operation import draw_operation
from fuzz.search.generate import (
    TASK_NAMES,
    TASKS_DRAWN_MAX,
    draw_faults,
    draw_settings,
)
from fuzz.search.kinds import by_weight
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from fuzz.search.assignment import Assignment
    from fuzz.search.explorer import Explorer

OPERATIONS_MAX: Final = 40
"""Of a task: as many as the cases of the default engine have, so that a run is as much work."""
STEPS_EXPECTED: Final = 400
"""About what such a case passes, for a strategy that has to know."""


def search(explorer: Explorer) -> None:
    """Run one random program after another, each in a random walk."""
    search_with(explorer, "walk")


def search_with(explorer: Explorer, strategy: str) -> None:
    """Run one random program after another, each under a strategy."""
    choices = Choices(explorer.assignment.seed)
    while not explorer.over:
        explorer.run(random_case(explorer.assignment, strategy, choices))


def random_case(assignment: Assignment, strategy: str, choices: Choices) -> Case:
    """Draw a case without any experience; the strategy draws its schedule when it runs."""
    target = assignment.target
    kinds = by_weight(target.operations)
    names = TASK_NAMES[: 1 + choices.below(TASKS_DRAWN_MAX)]
    programs = tuple(
        Program(
            name,
            tuple(
                draw_operation(kinds.draw(choices), choices)
                for _ in range(1 + choices.below(OPERATIONS_MAX))
            ),
        )
        for name in names
    )
    return Case(
        target=target.name,
        kernel=assignment.kernel,
        settings=draw_settings(target, assignment.kernel, dict(assignment.settings), choices),
        programs=programs,
        faults=draw_faults(target.fault_points, names, choices),
        schedule=Schedule(strategy, choices.seed_for_child(), 0, STEPS_EXPECTED),
    )
