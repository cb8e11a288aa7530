"""Where the next case comes from: each source has its share by the news that it brings.

At first random programs bring most, and to live on the first of them would be late for whatever
any random program shows: as long as they often come to something new, there is little else.
Later on only children of what was kept do. Each source keeps a floor, as what brings nothing today
may be the only way to what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.values.choices import Choices

FRESH: Final = "fresh"
"""A case without a parent."""
CHILD: Final = "child"
"""A child of one or two that reached something new."""
PROMISING: Final = "promising"
"""The next fault or switch of a case that reached much."""
FLOORS: Final[Mapping[str, int]] = {FRESH: 45, CHILD: 25, PROMISING: 5}
"""The least share of each, of 100."""
FLOORS_EARLY: Final[Mapping[str, int]] = {FRESH: 90, CHILD: 6, PROMISING: 1}
"""The same while fresh cases are plentiful."""
PLENTY_PERCENT: Final = 10
"""They are when so many of 100 reach something new."""
HALVED_AFTER: Final = 200
"""Cases of a source after which all that is known of it counts half: what pays changes."""
SCALE: Final = 1000


class Sources:
    """Chooses sources by the features that their cases were the first to reach."""

    __slots__ = ("_fruitful", "_news", "_runs")

    def __init__(self) -> None:
        """Begin with all sources alike."""
        self._runs = dict.fromkeys(FLOORS, 1)
        self._news = dict.fromkeys(FLOORS, 1)
        self._fruitful = dict.fromkeys(FLOORS, 1)
        """Runs with any news."""

    def draw(self, choices: Choices) -> str:
        """Draw a source."""
        return tuple(FLOORS)[choices.weighed([self.share(name) for name in FLOORS])]

    def share(self, source: str) -> int:
        """Return how likely a source is, of about 100 times `SCALE`."""
        rates = {name: SCALE * self._news[name] // self._runs[name] for name in FLOORS}
        floors = FLOORS_EARLY if self._plentiful else FLOORS
        rest = 100 - sum(floors.values())
        return SCALE * floors[source] + SCALE * rest * rates[source] // max(1, sum(rates.values()))

    def learn(self, source: str, news: int) -> None:
        """Learn how many new features a case of a source reached."""
        self._runs[source] += 1
        self._news[source] += news
        self._fruitful[source] += news > 0
        if self._runs[source] >= HALVED_AFTER:
            self._runs[source] //= 2
            self._news[source] //= 2
            self._fruitful[source] //= 2

    @property
    def _plentiful(self) -> bool:
        return 100 * self._fruitful[FRESH] >= PLENTY_PERCENT * self._runs[FRESH]
