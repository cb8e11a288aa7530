"""Simpler arguments: as each domain says what is simpler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from fuzz.program.operation import Argument, Operation, arguments_of
from fuzz.search.shrink.edits import with_operation, with_programs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts


class Value(NamedTuple):
    """What some operations have as an argument of one name."""

    key: str
    text: str


def simplify_arguments(attempts: Attempts) -> None:
    """Simplify arguments: equal ones together, so that what is shared stays shared; then singly."""
    while attempts.any_of(_shared(attempts.case)) or attempts.any_of(_single(attempts.case)):
        pass


def _shared(case: Case) -> Iterator[Case]:
    """Yield the case with all equal values of one argument made simpler in the same way."""
    found: dict[Value, tuple[Argument, object]] = {}
    for program in case.programs:
        for operation in program.operations:
            for slot in arguments_of(type(operation)):
                found.setdefault(_value(slot, operation), (slot, getattr(operation, slot.field)))
    for value, (slot, old) in found.items():
        for new in slot.domain.simpler(old):
            yield _changed_everywhere(case, value, new)


def _single(case: Case) -> Iterator[Case]:
    """Yield the case with one argument of one operation made simpler."""
    for program in case.programs:
        for number, operation in enumerate(program.operations):
            for slot in arguments_of(type(operation)):
                for new in slot.domain.simpler(getattr(operation, slot.field)):
                    changed = _with(operation, {slot.field: new})
                    yield with_operation(case, program.name, number, changed)


def _value(slot: Argument, operation: Operation[Any]) -> Value:
    return Value(slot.key, slot.domain.text(getattr(operation, slot.field)))


def _changed_everywhere(case: Case, value: Value, new: object) -> Case:
    return with_programs(
        case,
        {
            program.name: tuple(_changed(one, value, new) for one in program.operations)
            for program in case.programs
        },
    )


def _changed(operation: Operation[Any], value: Value, new: object) -> Operation[Any]:
    slots = [slot for slot in arguments_of(type(operation)) if _value(slot, operation) == value]
    return _with(operation, {slot.field: new for slot in slots})


def _with(operation: Operation[Any], values: dict[str, Any]) -> Operation[Any]:
    """Return the operation with some fields replaced."""
    fields = {slot.field: getattr(operation, slot.field) for slot in arguments_of(type(operation))}
    return type(operation)(**{**fields, **values})
