"""What earlier runs passed: so that mutation can aim faults and switches at moments that exist."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from fuzz.program.execute import OPERATION
from fuzz.search.sharing import sharings_of
from fuzz.values.anchor import Anchor

if TYPE_CHECKING:
    from fuzz.program.outcome import Outcome
    from fuzz.search.sharing import Sharing
    from fuzz.values.anchor import Fault, Switch

RECALLED_MAX: Final = 4096
"""Runs remembered; at some ten kilobytes each this stays far below a worker's memory limit."""

RACES_MAX: Final = 256
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
    troubled: tuple[Anchor, ...]
    """The visits between a fault and the end of its operation: seldom tested."""
    races: tuple[tuple[Race, ...], ...]
    """For each thing that tasks race for, its races."""
    faults: tuple[Fault, ...]
    """The faults that visits came to."""
    switches: tuple[Switch, ...]
    decisions: int
    sharings: tuple[Sharing, ...]
    """What tasks shared, kind by kind."""


def passage_of(outcome: Outcome) -> Passage:
    """Summarise a run."""
    visits = tuple(Anchor(task.name, point.name, visit) for task, point, visit, _ in outcome.trace)
    troubled = _troubled(outcome, visits)
    return Passage(
        tasks=tuple(dict.fromkeys(anchor.task for anchor in visits)),
        visits=visits,
        failing=tuple(
            anchor for anchor, event in zip(visits, outcome.trace, strict=True) if event[1].faults
        ),
        troubled=troubled,
        races=_races(outcome, visits, frozenset(troubled)),
        faults=outcome.faults,
        switches=outcome.switches,
        decisions=outcome.decisions,
        sharings=sharings_of(outcome.trace),
    )


def _troubled(outcome: Outcome, visits: tuple[Anchor, ...]) -> tuple[Anchor, ...]:
    """Find the visits that come after a fault in the same operation of a task."""
    faulted = {fault.at for fault in outcome.faults}
    in_trouble: set[str] = set()
    found: list[Anchor] = []
    for anchor, (_, point, _, _) in zip(visits, outcome.trace, strict=True):
        if point is OPERATION:
            in_trouble.discard(anchor.task)
        elif anchor.task in in_trouble:
            found.append(anchor)
        if anchor in faulted:
            in_trouble.add(anchor.task)
    return tuple(found)


def _races(
    outcome: Outcome, visits: tuple[Anchor, ...], troubled: frozenset[Anchor]
) -> tuple[tuple[Race, ...], ...]:
    """Find the visits that do not commute with a later access of another task."""
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
                    found.append(Race(visits[number], name, visits[number] in troubled))
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
