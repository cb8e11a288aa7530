"""Edits of programs: operations and tasks put in, taken out, moved and changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from fuzz.program.case import Case, Program
from fuzz.program.domain import HasNeighbours
from fuzz.program.operation import arguments_of
from fuzz.search.generate import TASK_NAMES, TASKS_DRAWN_MAX, draw_any
from fuzz.search.usage import draw_usage, draw_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.program.habits import Habit
    from fuzz.program.operation import Argument, Operation
    from fuzz.search.recall import Passage
    from fuzz.search.swarm import Swarm
    from fuzz.values.choices import Choices

OPERATIONS_MAX: Final = 64
"""Operations of a mutated case; longer programs find no more and run slower."""
NEAR_PERCENT: Final = 40
"""How often an argument becomes a neighbour of what it is, where its domain knows any."""
HABIT_PERCENT: Final = 30
"""How often what is put in is a run of operations."""
DONORS_MAX: Final = 256
"""Cases remembered to splice from."""


class Editor:
    """Changes the programs of cases; each change returns the case as it is where it cannot be."""

    def __init__(self, swarm: Swarm, habits: tuple[Habit, ...] = ()) -> None:
        """Draw new operations from what the swarm has at the time, or after a habit."""
        self._swarm = swarm
        self._habits = habits
        self._donors: list[Case] = []

    def remember(self, case: Case) -> None:
        """Splice from this case, too, in place of one of the older ones."""
        if len(self._donors) >= DONORS_MAX:
            self._donors.pop(0)
        self._donors.append(case)

    def insert(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        """Put a new operation anywhere, or a run of them as users do them."""
        room = OPERATIONS_MAX - case.size
        if room < 1 or not case.programs:
            return case
        if self._habits and choices.percent(HABIT_PERCENT):
            usage = draw_usage(choices.one_of(self._habits), choices, _operations(case))
            return _put(case, usage[:room], choices)
        return _put(case, [self._draw(case, choices)], choices)

    def delete(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        """Take an operation out."""
        place = _place(case, choices)
        if place is None:
            return case
        which, index = place
        operations = list(case.programs[which].operations)
        del operations[index]
        return _with_operations(case, which, operations)

    def duplicate(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        """Put a copy of an operation anywhere."""
        place = _place(case, choices)
        if place is None or case.size >= OPERATIONS_MAX:
            return case
        return _put(case, [case.programs[place[0]].operations[place[1]]], choices)

    def splice(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        """Put a run of operations of another case anywhere."""
        if not self._donors or not case.programs:
            return case
        programs = choices.one_of(self._donors).programs
        operations = choices.one_of(programs).operations if programs else ()
        room = OPERATIONS_MAX - case.size
        if not operations or room < 1:
            return case
        first = choices.below(len(operations))
        count = 1 + choices.below(min(len(operations) - first, room))
        return _put(case, operations[first : first + count], choices)

    def swap(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        """Let two operations trade places."""
        one, other = _place(case, choices), _place(case, choices)
        if one is None or other is None or one == other:
            return case
        first = case.programs[one[0]].operations[one[1]]
        second = case.programs[other[0]].operations[other[1]]
        return _with(_with(case, one, second), other, first)

    def move(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        """Put an operation elsewhere, in its task or in another one."""
        place = _place(case, choices)
        if place is None:
            return case
        which, index = place
        operations = list(case.programs[which].operations)
        moved = operations.pop(index)
        return _put(_with_operations(case, which, operations), [moved], choices)

    def change_argument(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        """Draw an argument again, or take a neighbour of its value."""
        place = _place(case, choices)
        if place is None:
            return case
        operation = case.programs[place[0]].operations[place[1]]
        arguments = arguments_of(type(operation))
        if not arguments:
            return case
        argument = choices.one_of(arguments)
        value = _changed(argument, getattr(operation, argument.field), _operations(case), choices)
        changes: dict[str, Any] = {argument.field: value}
        return _with(case, place, replace(operation, **changes))  # type: ignore[type-var]

    def add_task(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        """Add a task of one operation."""
        free = [name for name in TASK_NAMES if all(name != p.name for p in case.programs)]
        if len(case.programs) >= TASKS_DRAWN_MAX or not free:
            return case
        program = Program(free[0], (self._draw(case, choices),))
        return replace(case, programs=(*case.programs, program))

    def drop_task(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        """Take a task out."""
        if len(case.programs) <= 1:
            return case
        which = choices.below(len(case.programs))
        return replace(case, programs=case.programs[:which] + case.programs[which + 1 :])

    def _draw(self, case: Case, choices: Choices) -> Operation[Any]:
        return draw_any(self._swarm.kinds, choices, _operations(case))


def _changed(
    argument: Argument, value: Any, used: Sequence[Operation[Any]], choices: Choices
) -> Any:
    if isinstance(argument.domain, HasNeighbours) and choices.percent(NEAR_PERCENT):
        return cast("HasNeighbours[Any]", argument.domain).near(value, choices)
    return draw_value(argument, choices, used)


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


def _put(case: Case, added: Sequence[Operation[Any]], choices: Choices) -> Case:
    """Put operations anywhere, side by side."""
    which = choices.below(len(case.programs))
    operations = list(case.programs[which].operations)
    index = choices.below(len(operations) + 1)
    operations[index:index] = added
    return _with_operations(case, which, operations)


def _with(case: Case, place: tuple[int, int], operation: Operation[Any]) -> Case:
    operations = list(case.programs[place[0]].operations)
    operations[place[1]] = operation
    return _with_operations(case, place[0], operations)


def _with_operations(case: Case, which: int, operations: Sequence[Operation[Any]]) -> Case:
    programs = list(case.programs)
    programs[which] = replace(programs[which], operations=tuple(operations))
    return replace(case, programs=tuple(programs))
