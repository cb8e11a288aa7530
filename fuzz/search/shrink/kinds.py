"""Plainer operations: of a kind that the case has anyway, or one that says less.

Names are kept: what an operation does to page 0, the other one does to page 0.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.operation import arguments_of, required
from fuzz.search.shrink.edits import with_operation, with_programs
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.program.operation import Argument, Operation
    from fuzz.search.shrink.attempts import Attempts

OPERATIONS_MAX: Final = 6
"""Of a longer case, each operation is tried only as one of a kind that is there anyway."""
LONG: Final = 8
"""Of a case that is longer than that, no single operation is tried."""
KINDS_MAX: Final = 8
"""Kinds tried for one operation, those first that are most like it."""
FAULTS_MAX: Final = 2
"""Ways to have faults at earlier visits that are tried for each."""


def simplify_kinds(attempts: Attempts) -> None:
    """Put operations of plainer kinds in the place of others, until none helps."""
    while attempts.any_of(_plainer(attempts)):
        pass


def _plainer(attempts: Attempts) -> Iterator[Case]:
    case = attempts.case
    for program in case.programs if case.size <= LONG else ():
        for number, operation in enumerate(program.operations):
            for other in islice(_others(attempts, operation), KINDS_MAX):
                plainer = with_operation(case, program.name, number, other)
                yield plainer
                yield from islice(with_earlier_faults(plainer), FAULTS_MAX)
    yield from _plainer_together(attempts)


def _plainer_together(attempts: Attempts) -> Iterator[Case]:
    """Yield the case with all operations of one kind made those of another one.

    What one of two does has to fit what the other one does: neither is replaced alone.
    """
    first: dict[type[Operation[Any]], Operation[Any]] = {}
    several: dict[type[Operation[Any]], None] = {}
    for operation in (one for program in attempts.case.programs for one in program.operations):
        if first.setdefault(type(operation), operation) is not operation:
            several[type(operation)] = None
    for kind in several:
        for other in islice(_others(attempts, first[kind]), KINDS_MAX):
            yield _with_kind(attempts.case, kind, type(other))


def _with_kind(case: Case, kind: type[Operation[Any]], other: type[Operation[Any]]) -> Case:
    programs = {
        program.name: tuple(
            _as(other, one) if type(one) is kind else one for one in program.operations
        )
        for program in case.programs
    }
    return with_programs(case, programs)


def with_earlier_faults(case: Case) -> Iterator[Case]:
    """Yield the case with its faults at other visits up to theirs, the earliest first.

    Another operation may pass a point less often before the visit that matters.
    """
    visits = product(*(range(1, fault.at.visit + 1) for fault in case.faults))
    for chosen in visits:
        faults = tuple(
            replace(fault, at=replace(fault.at, visit=visit))
            for fault, visit in zip(case.faults, chosen, strict=True)
        )
        if faults != case.faults:
            yield replace(case, faults=faults)


def _others(attempts: Attempts, operation: Operation[Any]) -> Iterator[Operation[Any]]:
    """Yield operations of kinds in use, then of those that have no other arguments."""
    own = {slot.key for slot in arguments_of(type(operation))}
    used = dict.fromkeys(
        type(one) for program in attempts.case.programs for one in program.operations
    )
    short = attempts.case.size <= OPERATIONS_MAX
    alike = sorted(
        (kind for kind in attempts.target.operations if short and kind not in used),
        key=lambda kind: len(own ^ {slot.key for slot in arguments_of(kind)}),
    )
    for kind in (*used, *alike):
        keys = {slot.key for slot in arguments_of(kind) if required(slot)}
        if kind is not type(operation) and (kind in used or keys <= own):
            yield _as(kind, operation)


def _as(kind: type[Operation[Any]], operation: Operation[Any]) -> Operation[Any]:
    """Return an operation of another kind with the same arguments, and otherwise the simplest."""
    own = {
        slot.key: (slot.domain, getattr(operation, slot.field))
        for slot in arguments_of(type(operation))
    }
    fields: dict[str, Any] = {}
    for slot in arguments_of(kind):
        domain, value = own.get(slot.key, (None, None))
        if domain == slot.domain:
            fields[slot.field] = value
        elif required(slot):
            fields[slot.field] = _simplest(slot)
    return kind(**fields)


def _simplest(slot: Argument) -> Any:
    value = slot.domain.draw(Choices(0))
    while True:
        simpler = next(iter(slot.domain.simpler(value)), None)
        if simpler is None:
            return value
        value = simpler
