"""What is made anew may be what is there from the beginning, once that is as good as new.

To make a thing and take it up then becomes one operation, or none, and the first number is said
instead of the new one, whether as a number or at the end of a name.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.domain import Number, Word
from fuzz.program.operation import arguments_of, required
from fuzz.search.shrink.arguments import Value, exchanged, values_of
from fuzz.search.shrink.cuts import Atom, Part, cut
from fuzz.search.shrink.edits import with_operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.program.operation import Operation
    from fuzz.search.shrink.attempts import Attempts

OPERATIONS: Final = range(3, 6)
"""A shorter case is tried in all other ways, and a longer one has too many pairs."""
KINDS_MAX: Final = 4
"""Kinds that are tried for two operations, those first that are done most."""
TRIES_MAX: Final = 24
"""Candidates of one case."""
NUMBERED: Final = re.compile(r"(\D)\d+(\n?)$")
"""How a name ends that has a number."""


def use_what_is_there(attempts: Attempts) -> None:
    """Make two operations a single one that says no values, or leave one out that says none."""
    while attempts.case.size in OPERATIONS and attempts.any_of(
        attempts.promising(_old_instead_of_new(attempts), TRIES_MAX)
    ):
        pass


def _old_instead_of_new(attempts: Attempts) -> Iterator[Case]:
    case, trace = attempts.case, attempts.outcome.trace
    kinds = [kind() for kind in attempts.target.operations if not _asks(kind)]
    likely = sorted(kinds, key=lambda one: -one.weight)[:KINDS_MAX]
    for program in case.programs:
        for number, (one, two) in enumerate(pairwise(program.operations)):
            gone = [Atom(Part.OPERATION, number, program.name)]
            if _is_bare(one):
                yield _with_first_numbers(next(cut(case, trace, gone)), one)
            for single in likely if _is_bare(one) or _is_bare(two) else ():
                other = with_operation(case, program.name, number + 1, single)
                less = next(cut(other, trace, gone))
                yield _with_first_numbers(less, two)
                yield less


def _asks(kind: type[Operation[Any]]) -> bool:
    return any(map(required, arguments_of(kind)))


def _is_bare(operation: Operation[Any]) -> bool:
    return str(operation) == operation.word


def _with_first_numbers(case: Case, taken_up: Operation[Any]) -> Case:
    """Return the case with the lowest number for one that an operation said, and 0 in names."""
    said = {
        slot.domain.text(getattr(taken_up, slot.field)): slot.domain
        for slot in arguments_of(type(taken_up))
        if isinstance(slot.domain, Number)
    }
    changes: dict[Value, Any] = {}
    for value, (slot, own) in values_of(case).items():
        domain = said.get(value.text)
        if domain is not None and domain == slot.domain:
            changes[value] = domain.low
        elif isinstance(own, str) and not isinstance(slot.domain, Word):
            changes[value] = NUMBERED.sub(r"\g<1>0\g<2>", own)
    return exchanged(case, changes)
