"""What earlier runs passed: so that mutation can aim faults and switches at moments that exist."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from fuzz.values.anchor import Anchor

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.values.anchor import Fault, Switch

RECALLED_MAX: Final = 20_000
"""Runs remembered; at some kilobytes each this stays far below a worker's memory limit."""

RACES_MAX: Final = 64
"""Races kept of one thing: a loop passes the same ones again and again."""


class Race(NamedTuple):
    """A visit before which another task might have been let through: it comes later anyway."""

    at: Anchor
    to: str
    troubled: bool
    """Whether a fault came before it in its task: what follows a failure is seldom tested."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What one run passed."""

    tasks: tuple[str, ...]
    """Every task that ran, those included that the system itself started."""
    visits: tuple[Anchor, ...]
    """Every visit, in the order of the run."""
    failing: tuple[Anchor, ...]
    """The visits of fault points."""
    races: tuple[tuple[Race, ...], ...]
    """For each thing that tasks race for, its races."""
    faults: tuple[Fault, ...]
    """The faults that visits came to."""
    switches: tuple[Switch, ...]
    decisions: int


def passage_of(outcome: Outcome) -> Passage:
    """Summarise a run."""
    visits = tuple(Anchor(task.name, point.name, visit) for task, point, visit, _ in outcome.trace)
    return Passage(
        tasks=tuple(dict.fromkeys(anchor.task for anchor in visits)),
        visits=visits,
        failing=tuple(
            anchor for anchor, event in zip(visits, outcome.trace, strict=True) if event[1].faults
        ),
        races=_races(outcome, visits),
        faults=outcome.faults,
        switches=outcome.switches,
        decisions=outcome.decisions,
    )


def _races(outcome: Outcome, visits: tuple[Anchor, ...]) -> tuple[tuple[Race, ...], ...]:
    """Find the visits that a later access of another task to the same cell does not commute with."""
    faulted = {fault.at for fault in outcome.faults}
    trouble: dict[str, int] = {}
    for number, anchor in enumerate(visits):
        if anchor in faulted:
            trouble.setdefault(anchor.task, number)
    later: dict[tuple[str, int], dict[str, bool]] = {}
    races: dict[str, list[Race]] = {}
    for number in range(len(visits) - 1, -1, -1):
        task, point, _, instance = outcome.trace[number]
        if not point.thing:
            continue
        users = later.setdefault((point.thing, instance), {})
        for name, writes in users.items():
            if name != task.name and (writes or point.writes):
                found = races.setdefault(point.thing, [])
                if len(found) < RACES_MAX:
                    troubled = trouble.get(task.name, number) < number
                    found.append(Race(visits[number], name, troubled))
        users[task.name] = users.get(task.name, False) or point.writes
    return tuple(map(tuple, races.values()))


class Recall:
    """Passages of the latest runs worth remembering, by the text of their case."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._passages: OrderedDict[bytes, Passage] = OrderedDict()

    def remember(self, text: bytes, passage: Passage) -> None:
        """Keep a passage, forgetting the oldest one when there are too many."""
        self._passages[text] = passage
        if len(self._passages) > RECALLED_MAX:
            self._passages.popitem(last=False)

    def of(self, text: bytes) -> Passage | None:
        """Return the passage of a case, if it is remembered."""
        return self._passages.get(text)
