"""Operations of any other kind: with the values that the case has, or else the simplest.

`kinds.py` keeps to what an operation says; here it may take from the others what it needs. Two may
become one that does both, or both become of one kind where neither can alone.
"""

from __future__ import annotations

from itertools import combinations, islice, product, zip_longest
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fuzz.program.operation import arguments_of, required
from fuzz.search.shrink.cuts import Atom, Part, cut
from fuzz.search.shrink.edits import with_operation
from fuzz.search.shrink.kinds import with_earlier_faults
from fuzz.search.shrink.landmarks import landmarks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.program.case import Case
    from fuzz.program.operation import Argument, Operation
    from fuzz.search.shrink.attempts import Attempts

OPERATIONS_MAX: Final = 3
"""Of a longer case, its operations are tried only in a few other ways."""
TRIES_MAX: Final = 24
"""Candidates with one operation of another kind, those first that are most like it."""
PAIRS_TRIES_MAX: Final = 10
"""Candidates in which two become one, and in which both become of one kind."""
LONG: Final = 4
"""Of a longer case, what a task does after its first operations may be done by a single one."""
REST_TRIES_MAX: Final = 48
"""Candidates of such a case, of which there are few."""
VARIANTS_MAX: Final = 5
"""Ways in which the values are taken."""


class _Place(NamedTuple):
    task: str
    number: int
    operation: Operation[Any]


def try_other_kinds(attempts: Attempts) -> None:
    """Put operations of other kinds in the place of one or two, until none helps."""
    attempts.any_of(attempts.promising(_rest_as_one(attempts), REST_TRIES_MAX))
    while attempts.case.size <= OPERATIONS_MAX and (
        attempts.any_of(attempts.promising(_two_as_one(attempts), PAIRS_TRIES_MAX))
        or attempts.any_of(attempts.promising(_two_alike(attempts), PAIRS_TRIES_MAX))
        or attempts.any_of(attempts.promising(_one(attempts), TRIES_MAX))
    ):
        pass


def _one(attempts: Attempts) -> Iterator[Case]:
    case = attempts.case
    places = _places(case)
    rounds: list[Iterator[Case]] = []
    for place in places:
        others = [other.operation for other in places if other != place]
        rounds.append(_instead(attempts, place, others))
    for candidates in zip_longest(*rounds):
        yield from (one for one in candidates if one is not None)


def _instead(attempts: Attempts, place: _Place, others: Sequence[Operation[Any]]) -> Iterator[Case]:
    for kind in _alike(attempts, [place.operation]):
        made = _made(kind, [place.operation, *others])
        for operation in islice(made, VARIANTS_MAX):
            other = with_operation(attempts.case, place.task, place.number, operation)
            yield other
            yield from islice(with_earlier_faults(other), 1)


def _two_as_one(attempts: Attempts) -> Iterator[Case]:
    case, trace = attempts.case, attempts.outcome.trace
    for one, two in combinations(_places(case), 2):
        pair = [two.operation, one.operation]
        gone = Atom(Part.OPERATION, one.number, one.task)
        for kind in _alike(attempts, pair):
            for operation in islice(_made(kind, pair), VARIANTS_MAX):
                other = with_operation(case, two.task, two.number, operation)
                yield next(cut(other, trace, [gone]))


def _rest_as_one(attempts: Attempts) -> Iterator[Case]:
    """Yield a long case with one operation instead of all behind the first, or of the last half."""
    case, trace = attempts.case, attempts.outcome.trace
    for program in case.programs if case.size > LONG else ():
        done = program.operations
        for kept in dict.fromkeys((1, len(done) // 2)):
            gone = [Atom(Part.OPERATION, n, program.name) for n in range(kept, len(done) - 1)]
            for kind in _alike(attempts, done[kept - 1 : kept]) if gone else ():
                operation = next(_made(kind, done[:kept][::-1]))
                other = with_operation(case, program.name, len(done) - 1, operation)
                yield next(cut(other, trace, gone))


def _two_alike(attempts: Attempts) -> Iterator[Case]:
    """Yield the case with any two operations of one kind, of what is done most first."""
    case = attempts.case
    for kind in sorted(attempts.target.operations, key=lambda kind: -kind.weight):
        for one, two in combinations(_places(case), 2):
            first, second = (next(_made(kind, [each.operation])) for each in (one, two))
            half = with_operation(case, one.task, one.number, first)
            yield with_operation(half, two.task, two.number, second)


def _places(case: Case) -> list[_Place]:
    return [
        _Place(program.name, number, operation)
        for program in case.programs
        for number, operation in enumerate(program.operations)
    ]


def _alike(attempts: Attempts, operations: Sequence[Operation[Any]]) -> list[type[Operation[Any]]]:
    """Return the kinds that some operations name, then those that take most nearly the same.

    Of those, what is done more often comes first: it has more to do with all else.
    """
    said = [(slot, one) for one in operations for slot in arguments_of(type(one))]
    own = {slot.domain.expected for slot, _ in said}
    texts = {slot.domain.text(getattr(one, slot.field)) for slot, one in said}
    kinds = [kind for kind in attempts.target.operations if [kind] != [*map(type, operations)]]

    def distance(kind: type[Operation[Any]]) -> tuple[bool, int, int]:
        takes = {slot.domain.expected for slot in arguments_of(kind) if required(slot)}
        return kind.word not in texts, len(own ^ takes), -kind.weight

    return sorted(kinds, key=distance)


def _made(
    kind: type[Operation[Any]], sources: Sequence[Operation[Any]]
) -> Iterator[Operation[Any]]:
    """Yield operations of a kind with values of the sources, those of the first ones first."""
    slots = arguments_of(kind)
    ranked = product(*(enumerate(_choices(slot, sources)) for slot in slots))
    for values in sorted(ranked, key=lambda values: sum(rank for rank, _ in values)):
        yield kind(**{slot.field: value for slot, (_, value) in zip(slots, values, strict=True)})


def _choices(slot: Argument, sources: Sequence[Operation[Any]]) -> list[Any]:
    """Return what an argument may be: what goes by its name, or is of its domain, the simplest."""
    if not required(slot):
        return [slot.default]
    found = [
        (own.key != slot.key, getattr(source, own.field))
        for source in sources
        for own in arguments_of(type(source))
        if own.domain == slot.domain
    ]
    values = [value for _, value in sorted(found, key=lambda one: one[0])]
    values += landmarks(slot.domain, 2)
    return list({slot.domain.text(value): value for value in values}.values())
