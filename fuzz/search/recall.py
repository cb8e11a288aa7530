"""What earlier runs passed: so that mutation can aim faults and switches at moments that exist."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
    visits: tuple[tuple[str, str, int], ...]
    """(task, point, number of visits), in the order of the first visit."""
    fault_visits: tuple[tuple[str, str, int], ...]
    """The same, of fault points only."""
    switches: tuple[Switch, ...]
    decisions: int


def passage_of(case: Case, outcome: Outcome) -> Passage:
    """Summarise a run."""
    counts: dict[tuple[str, str], int] = {}
    failing: dict[tuple[str, str], int] = {}
    for task, point, visit, _ in outcome.trace:
        key = task.name, point.name
        counts[key] = visit
        if point.faults:
            failing[key] = visit
    return Passage(
        case=case,
        visits=tuple((task, point, visits) for (task, point), visits in counts.items()),
        fault_visits=tuple((task, point, visits) for (task, point), visits in failing.items()),
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
