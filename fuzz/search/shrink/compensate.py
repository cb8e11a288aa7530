"""Something is left out and values make up for it: an argument may do what an operation did.

The values become less simple by it: fewer operations, and fewer settings, are worth more.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, islice, product, zip_longest
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.domain import Number, Word
from fuzz.program.operation import arguments_of
from fuzz.search.shrink.anchors import moved
from fuzz.search.shrink.arguments import Value, exchanged, values_of, with_values
from fuzz.search.shrink.cuts import Atom, Part, cut
from fuzz.search.shrink.edits import with_operation
from fuzz.search.shrink.landmarks import landmarks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fuzz.program.case import Case
    from fuzz.program.operation import Argument
    from fuzz.search.shrink.attempts import Attempts

OPERATIONS_MAX: Final = 5
"""The pairs of a longer case cost more than they are likely to gain."""
SIMPLER_MAX: Final = 4
"""Simpler values that are tried with other visits."""
LANDMARKS_MAX: Final = 7
"""Other values that are tried for one."""
FEW: Final = 5
"""Other values that are tried for each of two."""
BARE_MAX: Final = 40
"""Candidates without an operation that says no values."""
TELLING_MAX: Final = 20
"""Candidates without an operation that does."""
TRIES_MAX: Final = 12
"""Candidates of each other kind."""


def cut_and_compensate(attempts: Attempts) -> None:
    """Leave out an operation or a setting and change one value, or two, until nothing helps."""
    while (
        attempts.any_of(attempts.promising(_without_a_setting(attempts), TRIES_MAX))
        or attempts.any_of(attempts.promising(_without_a_bare_operation(attempts), BARE_MAX))
        or attempts.any_of(attempts.promising(_without_a_telling_operation(attempts), TELLING_MAX))
        or attempts.any_of(attempts.promising(_at_another_visit(attempts), TRIES_MAX))
        or attempts.any_of(attempts.promising(_balanced(attempts), TRIES_MAX))
    ):
        pass


def _without_a_setting(attempts: Attempts) -> Iterator[Case]:
    case = attempts.case
    drawn = {setting.name for setting in attempts.target.settings if setting.drawn}
    for name in [name for name, _ in case.settings if name in drawn]:
        kept = tuple(setting for setting in case.settings if setting[0] != name)
        for change in _one_changed(case):
            yield exchanged(replace(case, settings=kept), change)


def _without_a_bare_operation(attempts: Attempts) -> Iterator[Case]:
    """Yield the case without an operation that says no values, and with one or two made up for it.

    What it did is all that has to be made up for, so more is tried than for other operations.
    """
    bare, _ = _operations(attempts.case)
    yield from _cut_and_changed(attempts, bare, _one_word_changed)
    yield from _cut_and_changed(attempts, bare, _two_changed)
    yield from _in_turn([_more_said(less) for less in _without_each(attempts, bare)])


def _without_a_telling_operation(attempts: Attempts) -> Iterator[Case]:
    """Yield the case without any operation and with one value changed.

    Numbers last: they say on what something is done more often than how.
    """
    bare, telling = _operations(attempts.case)
    yield from _cut_and_changed(attempts, telling, _one_word_changed)
    yield from _cut_and_changed(attempts, [*telling, *bare], _one_number_changed)


def _cut_and_changed(
    attempts: Attempts, gone: list[Atom], changed: Callable[[Case], Iterator[dict[Value, Any]]]
) -> Iterator[Case]:
    cuts = _without_each(attempts, gone)
    return _in_turn([exchanged(one, new) for new in changed(one)] for one in cuts)


def _without_each(attempts: Attempts, gone: list[Atom]) -> list[Case]:
    case = attempts.case
    if case.size > OPERATIONS_MAX:
        return []
    return [next(cut(case, attempts.outcome.trace, [atom])) for atom in gone]


def _operations(case: Case) -> tuple[list[Atom], list[Atom]]:
    """Return the operations that say no values, and those that do, each from the last one on."""
    bare: list[Atom] = []
    telling: list[Atom] = []
    for program in reversed(case.programs):
        for number, operation in reversed([*enumerate(program.operations)]):
            kind = bare if str(operation) == operation.word else telling
            kind.append(Atom(Part.OPERATION, number, program.name))
    return bare, telling


def _balanced(attempts: Attempts) -> Iterator[Case]:
    """Yield the case with one value made simpler, and another one made any that is no number."""
    case = attempts.case
    values = _said(case)
    if case.size > OPERATIONS_MAX:
        return
    rounds = [
        [
            exchanged(case, {one: simpler, other: new})
            for simpler in islice(slot.domain.simpler(value), FEW)
            for other, (other_slot, _) in values.items()
            if other != one and not isinstance(other_slot.domain, Number)
            for new in landmarks(other_slot.domain, FEW)
        ]
        for one, (slot, value) in values.items()
    ]
    yield from _in_turn(rounds)


def _in_turn(rounds: Iterable[Iterable[Case]]) -> Iterator[Case]:
    """Yield the first candidates of all, then the second ones, and so on."""
    return (one for turn in zip_longest(*rounds) for one in turn if one is not None)


def _at_another_visit(attempts: Attempts) -> Iterator[Case]:
    """Yield the case with one value made simpler, and a fault or switch a visit away."""
    case = attempts.case
    anchors = [one.at for one in (*case.faults, *case.switches)]
    for value, (slot, own) in _said(case).items():
        for simpler in islice(slot.domain.simpler(own), SIMPLER_MAX):
            other = exchanged(case, {value: simpler})
            for at in anchors:
                for visit in (at.visit - 1, at.visit + 1):
                    if visit:
                        yield moved(other, at, replace(at, visit=visit))


def _one_word_changed(case: Case) -> Iterator[dict[Value, Any]]:
    """Yield one value that changes, and is no number."""
    numbers = _numbers(case).keys()
    return (change for change in _one_changed(case) if numbers.isdisjoint(change))


def _more_said(case: Case) -> Iterator[Case]:
    """Yield the case with a word that goes without saying changed, alone or with a number more."""
    for program in case.programs:
        for number, operation in enumerate(program.operations):
            tacit = [
                slot
                for slot in arguments_of(type(operation))
                if getattr(operation, slot.field) == slot.default
            ]
            words = [slot for slot in tacit if isinstance(slot.domain, Word)]
            more: list[dict[str, Any]] = [
                {slot.field: slot.default + 1}
                for slot in tacit
                if isinstance(slot.domain, Number) and isinstance(slot.default, int)
            ]
            for word in words:
                for value, others in product(landmarks(word.domain, FEW), ({}, *more)):
                    said = with_values(operation, {**others, word.field: value})
                    yield with_operation(case, program.name, number, said)


def _one_number_changed(case: Case) -> Iterator[dict[Value, Any]]:
    """Yield one number that changes: the highest that there is does most, then the lowest ones."""
    numbers = _numbers(case)
    for value, domain in numbers.items():
        if domain.text(domain.high) != value.text:
            yield {value: domain.high}
    yield from (change for change in _one_changed(case) if not numbers.keys().isdisjoint(change))


def _numbers(case: Case) -> dict[Value, Number]:
    return {
        value: slot.domain
        for value, (slot, _) in _said(case).items()
        if isinstance(slot.domain, Number)
    }


def _one_changed(case: Case) -> Iterator[dict[Value, Any]]:
    for value, (slot, _) in _said(case).items():
        for new in landmarks(slot.domain, LANDMARKS_MAX):
            if slot.domain.text(new) != value.text:
                yield {value: new}


def _two_changed(case: Case) -> Iterator[dict[Value, Any]]:
    """Yield two values that change: a word, and what is no number."""
    for (one, (slot, _)), (two, (other, _)) in combinations(_said(case).items(), 2):
        domains = (slot.domain, other.domain)
        if any(isinstance(each, Word) for each in domains) and not any(
            isinstance(each, Number) for each in domains
        ):
            pool = [landmarks(each, FEW) for each in domains]
            for new, new_other in product(*pool):
                if slot.domain.text(new) != one.text and other.domain.text(new_other) != two.text:
                    yield {one: new, two: new_other}


def _said(case: Case) -> dict[Value, tuple[Argument, object]]:
    """Return the values that the case writes down."""
    return {
        value: (slot, own) for value, (slot, own) in values_of(case).items() if own != slot.default
    }
