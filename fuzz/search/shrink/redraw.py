"""Fewer operations with other arguments: one large request may do what several small ones did.

The only pass that makes an argument less simple; `simplify_arguments` follows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.operation import arguments_of, draw_operation
from fuzz.search.shrink.cuts import Atom, Part, atoms_of, cut
from fuzz.search.shrink.edits import with_operation
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts

OPERATIONS_MAX: Final = 6
"""The pairs of a longer case cost more than they are likely to gain."""

DRAWS: Final = 3
"""Arguments drawn for each operation that is kept."""


def cut_and_redraw(attempts: Attempts) -> None:
    """Cut any one operation and draw the arguments of another anew, until nothing helps."""
    while attempts.case.size <= OPERATIONS_MAX and attempts.any_of(_redrawn(attempts)):
        pass


def _redrawn(attempts: Attempts) -> Iterator[Case]:
    trace = attempts.outcome.trace
    operations = [atom for atom in atoms_of(attempts.case) if atom.part is Part.OPERATION]
    for kept in operations:
        for drawn in _drawn(attempts.case, kept):
            for gone in reversed(operations):
                if gone != kept:
                    yield next(cut(drawn, trace, [gone]))


def _drawn(case: Case, atom: Atom) -> Iterator[Case]:
    """Yield the case with the arguments of one operation drawn anew."""
    programs = {program.name: program for program in case.programs}
    kind = type(programs[atom.task].operations[atom.number])
    if arguments_of(kind):
        for seed in range(DRAWS):
            yield with_operation(case, atom.task, atom.number, draw_operation(kind, Choices(seed)))
