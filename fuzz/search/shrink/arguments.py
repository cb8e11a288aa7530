"""Simpler arguments: as each domain says what is simpler, and as names go by their order."""

from __future__ import annotations

from itertools import combinations, islice, permutations
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fuzz.program.operation import Argument, Operation, arguments_of
from fuzz.search.shrink.edits import with_operation, with_programs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts


PAIRS_MAX: Final = 30
"""Pairs of values that are made; those that are not simpler cost no run."""
ALWAYS: Final = 8
"""Simpler values that are tried again whenever the case has changed."""


class Value(NamedTuple):
    """What some operations have as an argument of one name and one domain."""

    key: str
    expected: str
    """What the domain takes: arguments of one name may differ in it."""
    text: str


def simplify_arguments(attempts: Attempts) -> None:
    """Simplify arguments: equal ones together, so that what is shared stays shared; then singly.

    One after the other, each as far as it goes: to begin again after each success would try what
    cannot be simplified again and again, as the case around it is a new one.
    """
    idle = 0
    place = 0
    while idle <= _places(attempts.case):
        place = place % (_places(attempts.case) + 1)
        improved = attempts.any_of(_at(attempts, place))
        idle = 0 if improved else idle + 1
        place += not improved
    while attempts.any_of(_in_order(attempts.case)) or attempts.any_of(
        islice(_two_at_once(attempts.case), PAIRS_MAX)
    ):
        pass


def _places(case: Case) -> int:
    """Count what can be simplified: linked values, values, then arguments of operations."""
    arguments = (arguments_of(type(one)) for program in case.programs for one in program.operations)
    return len(_linked(case)) + len(values_of(case)) + sum(map(len, arguments))


def _at(attempts: Attempts, place: int) -> Iterator[Case]:
    case = attempts.case
    values = [*_linked(case).items(), *(({one}, at) for one, at in values_of(case).items())]
    if place < len(values):
        together, (slot, old) = values[place]
        where = " ".join(value.key for value in sorted(together))
        for new in _untried(attempts, where, slot, old):
            yield exchanged(case, dict.fromkeys(together, new))
    elif place < _places(case):
        yield from _slots(attempts)[place - len(values)]()


def _untried(attempts: Attempts, where: str, slot: Argument, old: object) -> Iterator[Any]:
    """Yield simpler values: the first ones always, of the others those that were not in vain.

    There may be a hundred words that are simpler, and the case around them changes often.
    """
    for number, new in enumerate(slot.domain.simpler(old)):
        change = where, slot.domain.text(old), slot.domain.text(new)
        if number < ALWAYS or change not in attempts.in_vain:
            yield new
            attempts.in_vain.add(change)


def _linked(case: Case) -> dict[frozenset[Value], tuple[Argument, object]]:
    """Return equal values of arguments of different names that take the same: one may be the other.

    What is moved to page 13 is loaded from page 13.
    """
    found: dict[tuple[str, str], list[Value]] = {}
    values = values_of(case)
    for value in values:
        found.setdefault((value.expected, value.text), []).append(value)
    return {frozenset(same): values[same[0]] for same in found.values() if len(same) > 1}


def values_of(case: Case) -> dict[Value, tuple[Argument, object]]:
    """Return the different values of all arguments."""
    found: dict[Value, tuple[Argument, object]] = {}
    for program in case.programs:
        for operation in program.operations:
            for slot in arguments_of(type(operation)):
                found.setdefault(_value(slot, operation), (slot, getattr(operation, slot.field)))
    return found


def _slots(attempts: Attempts) -> list[Callable[[], Iterator[Case]]]:
    """Return for each argument of each operation what yields the case with it made simpler."""
    case = attempts.case

    def simpler(task: str, number: int, operation: Operation[Any], slot: Argument) -> Any:
        def cases() -> Iterator[Case]:
            where = f"{operation.word} {slot.key}="
            for new in _untried(attempts, where, slot, getattr(operation, slot.field)):
                yield with_operation(case, task, number, with_values(operation, {slot.field: new}))

        return cases

    return [
        simpler(program.name, number, operation, slot)
        for program in case.programs
        for number, operation in enumerate(program.operations)
        for slot in arguments_of(type(operation))
    ]


def _in_order(case: Case) -> Iterator[Case]:
    """Yield the case with two values of one argument exchanged, of which the later comes first."""
    found = list(values_of(case).items())
    for number, (one, (_, first)) in enumerate(found):
        for other, (_, second) in found[number + 1 :]:
            if one[:2] == other[:2] and one.text > other.text:
                yield exchanged(case, {one: second, other: first})
            if one.expected == other.expected and one.text != other.text:
                yield exchanged(case, _under_all_names(case, one, second, other, first))


def _under_all_names(
    case: Case, one: Value, new: object, other: Value, new_other: object
) -> dict[Value, Any]:
    """Return what two values of a domain become, whatever the arguments are called."""
    return {
        value: new if value.text == one.text else new_other
        for value in values_of(case)
        if value.expected == one.expected and value.text in {one.text, other.text}
    }


def _two_at_once(case: Case) -> Iterator[Case]:
    """Yield the case with two values of one argument made others that either could become.

    Where one has to exceed the other, neither can be simplified alone.
    """
    for (one, (slot, first)), (other, (_, second)) in combinations(values_of(case).items(), 2):
        if one[:2] != other[:2]:
            continue
        pool = {
            slot.domain.text(value): value
            for value in (*slot.domain.simpler(first), *slot.domain.simpler(second), first, second)
        }
        for new, new_other in permutations(pool.values(), 2):
            yield exchanged(case, {one: new, other: new_other})


def exchanged(case: Case, values: dict[Value, Any]) -> Case:
    """Return the case with other values in place of some."""

    def exchange(operation: Operation[Any]) -> Operation[Any]:
        fields = {
            slot.field: values[_value(slot, operation)]
            for slot in arguments_of(type(operation))
            if _value(slot, operation) in values
        }
        return with_values(operation, fields)

    return _mapped(case, exchange)


def _value(slot: Argument, operation: Operation[Any]) -> Value:
    text = slot.domain.text(getattr(operation, slot.field))
    return Value(slot.key, slot.domain.expected, text)


def _mapped(case: Case, change: Callable[[Operation[Any]], Operation[Any]]) -> Case:
    return with_programs(
        case,
        {program.name: tuple(map(change, program.operations)) for program in case.programs},
    )


def with_values(operation: Operation[Any], values: dict[str, Any]) -> Operation[Any]:
    """Return the operation with some fields replaced."""
    fields = {slot.field: getattr(operation, slot.field) for slot in arguments_of(type(operation))}
    return type(operation)(**{**fields, **values})
