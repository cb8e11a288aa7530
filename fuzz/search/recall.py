"""What earlier runs passed: so that mutation can aim faults and switches at moments that exist."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.values.anchor import Anchor

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.values.anchor import Switch

RECALLED_MAX: Final = 20_000
"""Runs remembered; at some kilobytes each this stays far below a worker's memory limit."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What one run passed."""

    case: Case
    tasks: tuple[str, ...]
    """Every task that ran, those included that the system itself started."""
    visits: tuple[Anchor, ...]
    """Every visit, in the order of the run."""
    failing: tuple[Anchor, ...]
    """The visits of fault points."""
    contended: tuple[Anchor, ...]
    """Visits that touch what another task touches too, one of the two changing it."""
    switches: tuple[Switch, ...]
    decisions: int


def passage_of(case: Case, outcome: Outcome) -> Passage:
    """Summarise a run."""
    visits: list[Anchor] = []
    failing: list[Anchor] = []
    users: dict[tuple[str, int], dict[int, bool]] = {}
    for task, point, visit, instance in outcome.trace:
        anchor = Anchor(task.name, point.name, visit)
        visits.append(anchor)
        if point.faults:
            failing.append(anchor)
        if point.thing:
            writers = users.setdefault((point.thing, instance), {})
            writers[task.number] = writers.get(task.number, False) or point.writes
    contended = {cell for cell, writers in users.items() if len(writers) > 1 and any(writers.values())}
    return Passage(
        case=case,
        tasks=tuple(dict.fromkeys(anchor.task for anchor in visits)),
        visits=tuple(visits),
        failing=tuple(failing),
        contended=tuple(
            anchor
            for anchor, (_, point, _, instance) in zip(visits, outcome.trace, strict=True)
            if (point.thing, instance) in contended
        ),
        switches=outcome.switches,
        decisions=outcome.decisions,
    )


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
