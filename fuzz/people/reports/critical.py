"""What decides a finding: its case beside the nearest one that passes.

For each switch, the case with that switch a moment later, a moment earlier, or left out, is run
until one passes. Of the accesses that then come in another order, the first two by different tasks
to one thing are the critical pair (after Choi and Zeller, ISSTA 2002, who isolated one switch).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fuzz.people.text import counted
from fuzz.program.case import bare
from fuzz.program.execute import execute, materialised
from fuzz.search.shrink.moments import neighbours
from fuzz.values.point import Access, conflict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.values.anchor import Anchor, Switch
    from fuzz.values.finding import Finding
    from fuzz.world.event import Event

SWITCHES_MAX: Final = 6
"""More of them are no minimal case, and no explanation that somebody reads."""

DATA: Final = (Access.READ, Access.WRITE)
"""What tells more than who took a lock first."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accesses of different tasks to one thing, in the order that the finding needs."""

    first: Event
    then: Event


def what_decides(target: Target, case: Case, outcome: Outcome, finding: Finding) -> tuple[str, ...]:
    """Say in a few sentences what makes the difference to cases nearby that pass."""
    explicit = materialised(bare(case), outcome)
    if not explicit.switches and not explicit.faults:
        return ("It takes no switch and no fault: the operations show it in the default order.",)
    if len(explicit.switches) > SWITCHES_MAX:
        return ()
    search = _Search(target, explicit, outcome, finding.identity)
    sentences = [search.switch(number) for number in range(len(explicit.switches))]
    return tuple(filter(None, [*sentences, search.faults()]))


class _Search:
    """Looks for passing neighbours of one case."""

    def __init__(
        self, target: Target, case: Case, outcome: Outcome, identity: tuple[str, str]
    ) -> None:
        self._target = target
        self._case = case
        self._trace = outcome.trace
        self._identity = identity

    def switch(self, number: int) -> str:
        """Explain a switch; nothing where the finding is there without it as well."""
        switch = self._case.switches[number]
        for how, neighbour in self._moved(number):
            passed = self._passed(neighbour)
            if passed is not None:
                pair = critical_pair(self._trace, passed.trace, switch.at)
                other = f"With the switch from {switch.at.task} to {switch.to} {how}"
                if pair is None:
                    return f"{other}, the finding is gone."
                return f"{_told(pair)} {other}, it is the other way round, and the finding is gone."
        return ""

    def faults(self) -> str:
        """Say which faults it takes."""
        faults = self._case.faults
        needed = [
            str(fault.at)
            for number, fault in enumerate(faults)
            if self._passed(replace(self._case, faults=(*faults[:number], *faults[number + 1 :])))
        ]
        if not needed:
            return ""
        which = "which" if len(needed) == 1 else "any of which"
        return (
            f"It takes {counted(len(needed), 'fault')}, without {which} the finding is gone: "
            + (", ".join(needed) + ".")
        )

    def _moved(self, number: int) -> Iterator[tuple[str, Case]]:
        """Yield the neighbours of the case at a switch, the nearest first, and what they are."""
        case = self._case
        before, switch, after = _split(case, number)
        moments = list(neighbours(self._trace, switch.at, 1))
        for at in reversed(moments):
            moved = replace(switch, at=at)
            yield f"at {at.point}#{at.visit}", replace(case, switches=(*before, moved, *after))
        yield "left out", replace(case, switches=(*before, *after))

    def _passed(self, case: Case) -> Outcome | None:
        """Run a neighbour; None when it shows the finding, too."""
        outcome = execute(self._target, case)
        shown = self._identity in [finding.identity for finding in outcome.findings]
        return None if shown else outcome


def _split(case: Case, number: int) -> tuple[tuple[Switch, ...], Switch, tuple[Switch, ...]]:
    return case.switches[:number], case.switches[number], case.switches[number + 1 :]


def critical_pair(
    failing: Sequence[Event], passing: Sequence[Event], switched: Anchor
) -> Pair | None:
    """Return two conflicting accesses of a run whose order another run reverses.

    Rather two that touch data than who took a lock first; of these, what the task was switched
    away from; else the first.
    """
    pairs = list(_reversed(failing, passing))
    moment = (switched.task, switched.point, switched.visit)
    there = [pair for pair in pairs if _moment(pair.then) == moment]
    data = [pair for pair in pairs if {pair.first[1].access, pair.then[1].access} <= {*DATA}]
    both = [pair for pair in data if pair in there]
    return next(iter(both or data or there or pairs), None)


def _moment(event: Event) -> tuple[str, str, int]:
    task, point, visit, _ = event
    return task.name, point.name, visit


def _reversed(failing: Sequence[Event], passing: Sequence[Event]) -> Iterator[Pair]:
    """Yield such pairs: the earliest second access first, and of its firsts the latest."""
    there = {(task.name, point, visit): n for n, (task, point, visit, _) in enumerate(passing)}
    touched: dict[tuple[str, int], list[Event]] = {}
    for event in failing:
        task, point, visit, instance = event
        here = there.get((task.name, point, visit))
        if not point.thing or here is None:
            continue
        earlier = touched.setdefault((point.thing, instance), [])
        for other in reversed(earlier):
            reverses = there[other[0].name, other[1], other[2]] > here
            if other[0] is not task and reverses and conflict(other[1], other[3], point, instance):
                yield Pair(other, event)
                break
        earlier.append(event)


def _told(pair: Pair) -> str:
    first, then = (_access(event) for event in (pair.first, pair.then))
    return f"{first} before {then}."


def _access(event: Event) -> str:
    task, point, visit, _ = event
    return f"{task.name} {point.access.value} the {point.thing} ({point.name}#{visit})"
