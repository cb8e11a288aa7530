"""Small changes of a case that several passes make."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.case import Case
    from fuzz.program.operation import Operation


def with_programs(case: Case, changed: Mapping[str, tuple[Operation[Any], ...]]) -> Case:
    """Return the case with other operations for some tasks."""
    programs = tuple(
        replace(program, operations=changed.get(program.name, program.operations))
        for program in case.programs
    )
    return replace(case, programs=programs)


def with_operation(case: Case, task: str, number: int, operation: Operation[Any]) -> Case:
    """Return the case with another operation in one place."""
    for program in case.programs:
        if program.name == task:
            old = program.operations
            return with_programs(case, {task: (*old[:number], operation, *old[number + 1 :])})
    raise AssertionError(f"the case has a task {task}")
