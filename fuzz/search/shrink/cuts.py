"""Cuts: a case without some of its atoms, which are its operations, faults and switches."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from fuzz.search.shrink.edits import with_programs
from fuzz.search.shrink.moments import (
    after_cut,
    between_operations,
    reanchored,
    visits_by_operation,
)
from fuzz.search.shrink.spawned import renumbered

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts
    from fuzz.values.anchor import Anchor
    from fuzz.world.event import Event

    AfterCut = Callable[[Anchor, Sequence[dict[str, int]], Collection[int]], Anchor | None]


class Part(Enum):
    """What an atom is."""

    OPERATION = "operation"
    FAULT = "fault"
    SWITCH = "switch"


class Atom(NamedTuple):
    """The smallest thing that can be cut from a case."""

    part: Part
    number: int
    """Of the fault or switch, or of the operation in its task."""
    task: str = ""


def operations_of(case: Case, task: str) -> list[Atom]:
    """List the operations of a task."""
    programs = {program.name: program for program in case.programs}
    return [Atom(Part.OPERATION, n, task) for n in range(len(programs[task].operations))]


def faults_of(case: Case) -> list[Atom]:
    """List the faults."""
    return [Atom(Part.FAULT, number) for number in range(len(case.faults))]


def switches_of(case: Case) -> list[Atom]:
    """List the switches."""
    return [Atom(Part.SWITCH, number) for number in range(len(case.switches))]


def atoms_of(case: Case) -> list[Atom]:
    """List all atoms: operations, then faults, then switches."""
    operations = [atom for program in case.programs for atom in operations_of(case, program.name)]
    return operations + faults_of(case) + switches_of(case)


def cut(case: Case, trace: Sequence[Event], atoms: Collection[Atom]) -> Iterator[Case]:
    """Yield the case without `atoms`: anchors moved to where their moments are now, and unmoved.

    Tasks that operations start get the numbers that they have now. Switches within what is cut go
    with it, then they come between the operations that stay. `trace` is that of the case's run.
    """
    kept = _without_anchors(case, atoms)
    programs = {
        program.name: tuple(
            one
            for n, one in enumerate(program.operations)
            if Atom(Part.OPERATION, n, program.name) not in atoms
        )
        for program in case.programs
    }
    less = with_programs(kept, programs)
    moved = reanchored(less, _mover(trace, atoms, after_cut))
    again = renumbered(moved, trace, _operations_in(atoms))
    if again is not None:
        yield again
    yield moved
    if len(moved.switches) < len(less.switches):
        between = reanchored(less, _mover(trace, atoms, between_operations))
        yield replace(moved, switches=between.switches)
    yield less


def _without_anchors(case: Case, atoms: Collection[Atom]) -> Case:
    faults = [one for n, one in enumerate(case.faults) if Atom(Part.FAULT, n) not in atoms]
    switches = [one for n, one in enumerate(case.switches) if Atom(Part.SWITCH, n) not in atoms]
    return replace(case, faults=tuple(faults), switches=tuple(switches))


def _mover(
    trace: Sequence[Event], atoms: Collection[Atom], after: AfterCut
) -> Callable[[Anchor], Anchor | None]:
    gone = _operations_in(atoms)
    counts = {task: visits_by_operation(trace, task) for task in gone}

    def move(at: Anchor) -> Anchor | None:
        return after(at, counts[at.task], gone[at.task]) if at.task in gone else at

    return move


def _operations_in(atoms: Collection[Atom]) -> dict[str, list[int]]:
    """Return the numbers of the operations among the atoms, by their task."""
    found: dict[str, list[int]] = {}
    for atom in atoms:
        if atom.part is Part.OPERATION:
            found.setdefault(atom.task, []).append(atom.number)
    return found


def consider_cut(attempts: Attempts, atoms: Collection[Atom]) -> bool:
    """Consider the smallest case so far without `atoms`."""
    return attempts.any_of(cut(attempts.case, attempts.outcome.trace, atoms))


def cut_from_the_end(attempts: Attempts, list_atoms: Callable[[Case], list[Atom]]) -> None:
    """Cut runs of atoms, from the last one on: longer after a success, shorter after a failure.

    The end comes first because what happens late seldom carries what happens early.
    """
    end = len(list_atoms(attempts.case))
    length = 1
    while end > 0:
        atoms = list_atoms(attempts.case)
        end = min(end, len(atoms))  # a cut may have made other atoms pointless
        length = min(length, end)
        if consider_cut(attempts, atoms[end - length : end]):
            end -= length
            length *= 2
        elif length > 1:
            length //= 2
        else:
            end -= 1
