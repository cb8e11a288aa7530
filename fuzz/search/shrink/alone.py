"""One task instead of two: with one operation more, no other task may be needed.

What another task does at a certain moment, one task may do in a certain order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.operation import arguments_of
from fuzz.search.shrink.edits import with_programs
from fuzz.search.shrink.tasks import without_task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case, Program
    from fuzz.program.operation import Operation
    from fuzz.search.shrink.attempts import Attempts

OPERATIONS_MAX: Final = 2
"""A longer case has too many orders."""


def do_it_alone(attempts: Attempts) -> None:
    """Let one task do what several do, with one more operation, until nothing helps."""
    while attempts.case.size <= OPERATIONS_MAX and attempts.any_of(_alone(attempts)):
        pass


def _alone(attempts: Attempts) -> Iterator[Case]:
    """Yield one more operation only for a switch: the case shall not have more to read.

    A fault is at a visit of its own task, and would have to be looked for again.
    """
    case = attempts.case
    programs = [program for program in case.programs if program.operations]
    if len(programs) < 2 or not case.switches or case.faults:  # noqa: PLR2004 - one is enough
        return
    single = case
    for program in programs[1:]:
        single = without_task(single, program.name)
    for operations in dict.fromkeys(_with_one_more(attempts, programs)):
        yield replace(with_programs(single, {programs[0].name: operations}), switches=())


def _with_one_more(
    attempts: Attempts, programs: list[Program]
) -> Iterator[tuple[Operation[Any], ...]]:
    """Yield the work of some tasks in one: a plain operation before it, or one of its own again."""
    plain = [kind() for kind in attempts.target.operations if not arguments_of(kind)]
    for order in (programs, programs[::-1]):
        done = tuple(one for program in order for one in program.operations)
        yield from ((*done, again) for again in done)
        yield from ((more, *done) for more in plain)
