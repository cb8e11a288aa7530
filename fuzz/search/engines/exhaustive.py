"""The engine that leaves nothing out: small programs, each in all of its runs within bounds.

A run is what a program does with at most `SWITCHES_MAX` switches, deviations from the default order
of tasks, and `FAULTS_MAX` faults, at any of its visits.
Runs with fewer of both come first; a run is followed by those that deviate once more, later than it
did last, so that each comes once.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from fuzz.search.disturb import with_switch
from fuzz.search.mutate import Mutator
from fuzz.values.anchor import Anchor, Fault, Switch
from fuzz.values.choices import Choices
from fuzz.values.point import END

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.search.explorer import Explorer

SWITCHES_MAX: Final = 1
FAULTS_MAX: Final = 1
TASKS_MAX: Final = 2
OPERATIONS_MAX: Final = 2
"""Of each task of a program."""
VISITS_MAX: Final = 250
"""A program that passes more points than this in its default order has too many runs."""


class Next(NamedTuple):
    """A case to run, and where in its run it may deviate once more."""

    case: Case
    since: int = 0
    """The index in its trace."""


def search(explorer: Explorer) -> None:
    """See all runs of one program after another."""
    mutator = Mutator.of(explorer.assignment)
    choices = Choices(explorer.assignment.seed)
    while not explorer.over:
        verify(explorer, small(mutator.fresh(choices)))


def small(case: Case) -> Case:
    """Return as much of a drawn program as can be seen in all of its runs."""
    programs = tuple(
        replace(program, operations=program.operations[:OPERATIONS_MAX])
        for program in case.programs[:TASKS_MAX]
    )
    return replace(case, programs=programs, faults=(), switches=(), schedule=None, injections=())


def verify(explorer: Explorer, program: Case) -> bool:
    """Run all there is of a program; whether that was done, and not too much or cut short."""
    waiting = deque([Next(program)])
    while waiting:
        if explorer.over:
            return False
        case, since = waiting.popleft()
        outcome = explorer.run(case).outcome
        if len(outcome.trace) > VISITS_MAX and case is program:
            return False
        if len(outcome.switches) == len(case.switches):  # Others did what an earlier run had done.
            waiting.extend(_deviating(case, outcome, since))
    return True


def _deviating(case: Case, outcome: Outcome, since: int) -> Iterator[Next]:
    """Yield what deviates from a run once more, at each visit from `since` on."""
    may_switch = len(case.switches) < SWITCHES_MAX
    may_fail = len(case.faults) < FAULTS_MAX
    taken = {switch.at for switch in case.switches}
    ended: set[str] = set()
    names = dict.fromkeys(program.name for program in case.programs)
    names.update(dict.fromkeys(task.name for task, _, _, _ in outcome.trace))
    for index, (task, point, visit, _) in enumerate(outcome.trace):
        at = Anchor(task.name, point.name, visit)
        if point is END:
            ended.add(task.name)
        if index < since:
            continue
        if may_switch and at not in taken:
            for name in names:
                if name != task.name and name not in ended:
                    switches = with_switch(case.switches, Switch(at, name))
                    yield Next(replace(case, switches=switches), index)
        if may_fail:
            for failure in point.faults:
                yield Next(replace(case, faults=(*case.faults, Fault(at, failure))), index + 1)
