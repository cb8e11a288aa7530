"""Collision: one more operation in the middle of another one, on the same things."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.case import Program
from fuzz.program.execute import OPERATION
from fuzz.search.disturb import TROUBLED_PERCENT, with_switch
from fuzz.search.generate import TASK_NAMES, TASKS_DRAWN_MAX, draw_any
from fuzz.values.anchor import Switch

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.operation import Operation
    from fuzz.search.kinds import Kinds
    from fuzz.search.recall import Passage
    from fuzz.values.anchor import Anchor
    from fuzz.values.choices import Choices

ECHO_PERCENT: Final = 95
"""How often the new operation repeats a name of the one that it meets: else they would not meet."""


def collide(kinds: Kinds, case: Case, passage: Passage, choices: Choices) -> Case:
    """Let a new task of one operation through at some visit, often one after a fault.

    Task, operation, arguments and switch come at once: none of them alone would reach anything new,
    so that a search in small steps would have to find all four by luck.
    """
    troubled = passage.troubled if choices.percent(TROUBLED_PERCENT) else ()
    at = choices.one_of(troubled or passage.visits)
    operation = draw_any(kinds, choices, _under_way(case, passage, at), ECHO_PERCENT)
    programs = _with_room(case.programs, at.task, choices)
    name = next(name for name in TASK_NAMES if all(name != p.name for p in programs))
    return replace(
        case,
        programs=(*programs, Program(name, (operation,))),
        switches=with_switch(passage.switches, Switch(at, name)),
        schedule=None,
    )


def _under_way(case: Case, passage: Passage, at: Anchor) -> tuple[Operation[Any], ...]:
    """Return the operation that a visit is part of, or all if it is part of none."""
    begun = 0
    for anchor in passage.visits:
        if anchor == at:
            break
        begun += anchor.task == at.task and anchor.point == OPERATION.name
    for program in case.programs:
        if program.name == at.task and 0 < begun <= len(program.operations):
            return (program.operations[begun - 1],)
    return tuple(operation for program in case.programs for operation in program.operations)


def _with_room(programs: tuple[Program, ...], spared: str, choices: Choices) -> tuple[Program, ...]:
    """Drop tasks, but not the spared one, until there is room for one more."""
    while len(programs) >= TASKS_DRAWN_MAX:
        gone = choices.one_of([program for program in programs if program.name != spared])
        programs = tuple(program for program in programs if program is not gone)
    return programs
