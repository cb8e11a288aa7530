"""Mutation: a case a little different from its parent, and the crossing of two."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.case import Case, Program
from fuzz.program.operation import arguments_of
from fuzz.search.collide import collide
from fuzz.search.disturb import FAULTS_MAX, Disturber
from fuzz.search.generate import (
    TASK_NAMES,
    TASKS_DRAWN_MAX,
    draw_any,
    draw_case,
    draw_settings,
    draw_value,
    one_a_moment,
)
from fuzz.search.portfolio import PORTFOLIO, Portfolio

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from fuzz.program.operation import Operation
    from fuzz.program.target import Target
    from fuzz.search.assignment import Assignment
    from fuzz.search.recall import Passage
    from fuzz.values.choices import Choices

    Step = Callable[[Case, Passage | None, Choices], Case]
    Steps = tuple[tuple[int, Step], ...]

COLLIDE_PERCENT: Final = 25
"""How many children are collisions: no other change makes as many windows meet something."""
DISTURB_PERCENT: Final = 60
"""How many of the others keep the program: faults and switches are the cheapest way to a window."""
STEPS_DRAWN: Final = (1, 1, 2, 3)
"""How many changes a child has: few, or nothing is left of what its parent was kept for."""
OPERATIONS_MAX: Final = 16
"""Operations of a mutated case; longer programs find no more and run slower."""
FRESH_PERCENT: Final = 5
"""How many children have no parent: keeps the search from living on its first finds only."""


COLLIDE: Final = "collide"
CROSS: Final = "cross"
FAULTS: Final = "faults"
SCHEDULES: Final = "schedules"
SWITCHES: Final = "switches"
INSERT: Final = "insert"
DELETE: Final = "delete"
DUPLICATE: Final = "duplicate"
ARGUMENTS: Final = "arguments"
MOVE: Final = "move"
TASKS: Final = "tasks"
SETTINGS: Final = "settings"
MUTATIONS: Final = (
    COLLIDE,
    CROSS,
    FAULTS,
    SCHEDULES,
    SWITCHES,
    INSERT,
    DELETE,
    DUPLICATE,
    ARGUMENTS,
    MOVE,
    TASKS,
    SETTINGS,
)
"""Families of mutations, each of which can be switched off."""


class Mutator:
    """Makes children of cases for one target and kernel."""

    def __init__(
        self,
        target: Target,
        kernel: str,
        fixed: dict[str, str],
        mutations: Collection[str] = MUTATIONS,
        strategies: Collection[str] = PORTFOLIO,
    ) -> None:
        """Mutate cases of a target by some of `MUTATIONS`; `fixed` settings never change."""
        assert all(name in MUTATIONS for name in mutations), "mutations are known by name"
        self._target = target
        self._kernel = kernel
        self._fixed = fixed
        self._used = mutations
        self._portfolio = Portfolio(strategies)
        disturber = Disturber(target, self._portfolio)
        self._disturbances = self._chosen(
            (28, FAULTS, disturber.add_faults),
            (6, FAULTS, disturber.drop_fault),
            (14, SCHEDULES, disturber.redraw_schedule),
            (4, SCHEDULES, disturber.constrain),
            (24, SWITCHES, disturber.add_switch),
            (4, SWITCHES, disturber.drop_switch),
        )
        self._changes = self._chosen(
            (8, INSERT, self._insert_operation),
            (6, DELETE, self._delete_operation),
            (3, DUPLICATE, self._duplicate_operation),
            (16, ARGUMENTS, self._change_argument),
            (5, MOVE, self._move_operation),
            (3, TASKS, self._add_task),
            (2, TASKS, self._drop_task),
            (2, SETTINGS, self._redraw_settings),
        )

    @staticmethod
    def of(assignment: Assignment) -> Mutator:
        """Make the mutator of an assignment."""
        return Mutator(
            assignment.target,
            assignment.kernel,
            dict(assignment.settings),
            assignment.mutations,
            assignment.strategies,
        )

    def learn(self, case: Case, fresh: int) -> None:
        """Learn how many features a case has reached first, so that more like it may be drawn."""
        self._portfolio.learn(case.schedule, news=fresh > 0)

    def _chosen(self, *steps: tuple[int, str, Step]) -> Steps:
        """Return the steps whose family is used, with their weights."""
        return tuple((weight, step) for weight, name, step in steps if name in self._used)

    def fresh(self, choices: Choices) -> Case:
        """Draw a case without a parent."""
        case = draw_case(self._target, self._kernel, self._fixed, choices)
        if case.schedule is None:
            return case
        return replace(case, schedule=self._portfolio.schedule(choices))

    def child(self, parent: Case, passage: Passage | None, choices: Choices) -> Case:
        """Change a case a little; `passage` says what its run passed, if that is known.

        Faults that no visit came to are dropped: they would only fill the case.
        """
        if choices.percent(FRESH_PERCENT):
            return self.fresh(choices)
        case = parent if passage is None else replace(parent, faults=passage.faults)
        meets = passage is not None and passage.visits and COLLIDE in self._used
        if passage is not None and meets and choices.percent(COLLIDE_PERCENT):
            return collide(self._target, case, passage, choices)
        steps = self._disturbances if choices.percent(DISTURB_PERCENT) else self._changes
        if not steps:
            return case
        for _ in range(choices.one_of(STEPS_DRAWN)):
            case = _step(steps, choices)(case, passage, choices)
        return case

    def cross(self, mother: Case, father: Case, choices: Choices) -> Case:
        """Put the tasks of two cases together, or the faults and switches of one on the other."""
        if CROSS not in self._used:
            return self.child(mother, None, choices)
        if choices.percent(50):
            donors = mother.programs + father.programs
            count = min(len(donors), 1 + choices.below(TASKS_DRAWN_MAX))
            chosen = choices.shuffled(donors)[:count]
            programs = tuple(
                Program(name, program.operations)
                for name, program in zip(TASK_NAMES, chosen, strict=False)
            )
            return replace(mother, programs=programs)
        faults = one_a_moment(mother.faults + father.faults)[:FAULTS_MAX]
        return replace(mother, faults=faults, schedule=father.schedule, switches=father.switches)

    # Operations

    def _draw(self, case: Case, choices: Choices) -> Operation[Any]:
        return draw_any(self._target.operations, choices, _operations(case))

    def _insert_operation(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        if case.size >= OPERATIONS_MAX or not case.programs:
            return case
        which = choices.below(len(case.programs))
        operations = list(case.programs[which].operations)
        operations.insert(choices.below(len(operations) + 1), self._draw(case, choices))
        return _with_operations(case, which, operations)

    def _delete_operation(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        place = _place(case, choices)
        if place is None:
            return case
        which, index = place
        operations = list(case.programs[which].operations)
        del operations[index]
        return _with_operations(case, which, operations)

    def _duplicate_operation(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        place = _place(case, choices)
        if place is None or case.size >= OPERATIONS_MAX:
            return case
        copied = case.programs[place[0]].operations[place[1]]
        which = choices.below(len(case.programs))
        operations = list(case.programs[which].operations)
        operations.insert(choices.below(len(operations) + 1), copied)
        return _with_operations(case, which, operations)

    def _change_argument(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        place = _place(case, choices)
        if place is None:
            return case
        which, index = place
        operations = list(case.programs[which].operations)
        arguments = arguments_of(type(operations[index]))
        if not arguments:
            return case
        argument = choices.one_of(arguments)
        value = draw_value(argument, choices, _operations(case))
        changes: dict[str, Any] = {argument.field: value}
        operations[index] = replace(operations[index], **changes)  # type: ignore[type-var]
        return _with_operations(case, which, operations)

    def _move_operation(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        place = _place(case, choices)
        if place is None:
            return case
        which, index = place
        operations = list(case.programs[which].operations)
        moved = operations.pop(index)
        case = _with_operations(case, which, operations)
        goal = choices.below(len(case.programs))
        operations = list(case.programs[goal].operations)
        operations.insert(choices.below(len(operations) + 1), moved)
        return _with_operations(case, goal, operations)

    # Tasks and settings

    def _add_task(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        free = [name for name in TASK_NAMES if all(name != p.name for p in case.programs)]
        if len(case.programs) >= TASKS_DRAWN_MAX or not free:
            return case
        program = Program(free[0], (self._draw(case, choices),))
        return replace(case, programs=(*case.programs, program))

    def _drop_task(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        if len(case.programs) <= 1:
            return case
        which = choices.below(len(case.programs))
        return replace(case, programs=case.programs[:which] + case.programs[which + 1 :])

    def _redraw_settings(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        return replace(
            case, settings=draw_settings(self._target, self._kernel, self._fixed, choices)
        )


def _step(steps: Steps, choices: Choices) -> Step:
    ticket = choices.below(sum(weight for weight, _ in steps))
    for weight, step in steps:
        ticket -= weight
        if ticket < 0:
            return step
    raise AssertionError("weights add up")


def _operations(case: Case) -> list[Operation[Any]]:
    return [operation for program in case.programs for operation in program.operations]


def _place(case: Case, choices: Choices) -> tuple[int, int] | None:
    """Draw an operation: the number of its task and its own number there."""
    if not case.size:
        return None
    ticket = choices.below(case.size)
    for which, program in enumerate(case.programs):
        if ticket < len(program.operations):
            return which, ticket
        ticket -= len(program.operations)
    raise AssertionError("operations add up")


def _with_operations(case: Case, which: int, operations: list[Operation[Any]]) -> Case:
    programs = list(case.programs)
    programs[which] = replace(programs[which], operations=tuple(operations))
    return replace(case, programs=tuple(programs))
