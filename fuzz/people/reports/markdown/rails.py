"""Rails: a letter beside each line of a task, for each lock that it held there."""

from __future__ import annotations

from string import ascii_letters
from typing import TYPE_CHECKING, Final

from fuzz.people.reports.telling.holds import covers, notable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fuzz.people.reports.telling.holds import Held
    from fuzz.people.reports.telling.row import Row

LANES_MAX: Final = 3
"""Letters beside a line; a reader has no use for more, and the calls need the room."""

LOCKS_MAX: Final = 12
"""Locks that a legend explains without being longer than what it explains."""


class Rails:
    """Knows which letters stand beside which rows."""

    def __init__(self, holds: Iterable[Held], rows: Sequence[Row]) -> None:
        """Choose the holds that are worth a letter, and a lane for each."""
        shown = [held for held in notable(holds, rows) if any(covers(held, row) for row in rows)]
        names = list(dict.fromkeys(held.name for held in shown))[:LOCKS_MAX]
        self._letters = dict(zip(names, ascii_letters, strict=False))
        self._lanes: dict[str, list[list[Held]]] = {}
        for held in shown:
            if held.name in self._letters:
                self._place(held)

    def _place(self, held: Held) -> None:
        lanes = self._lanes.setdefault(held.task, [])
        for lane in lanes:
            if lane[-1].end < held.begin:
                lane.append(held)
                return
        if len(lanes) < LANES_MAX:
            lanes.append([held])

    def width(self, task: str) -> int:
        """Return how many columns the rails of a task take, with the space behind them."""
        lanes = len(self._lanes.get(task, ()))
        return lanes + 1 if lanes else 0

    def beside(self, row: Row) -> str:
        """Return what stands beside a row."""
        lanes = self._lanes.get(row.task, ())
        letters = [
            next((self._letters[held.name] for held in lane if covers(held, row)), " ")
            for lane in lanes
        ]
        return "".join(letters).ljust(self.width(row.task))

    @property
    def legend(self) -> str:
        """Say which letter is which lock; nothing where none is shown."""
        shown = {held.name for lanes in self._lanes.values() for lane in lanes for held in lane}
        parts = [f"{letter} {name}" for name, letter in self._letters.items() if name in shown]
        return f"held: {', '.join(parts)}" if parts else ""
