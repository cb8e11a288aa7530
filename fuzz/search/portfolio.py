"""A portfolio of strategies: the ones that bring news are drawn more often.

A bandit by probability matching: a strategy's chance follows its rate of news, with a floor, since
what is worthless today may be the only one to find what is left.
Old news fade, as what pays changes while a search goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.search.schedules import RFF, SURW, draw_schedule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.program.case import Schedule
    from fuzz.search.recall import Passage
    from fuzz.values.choices import Choices

COUNTING: Final = ("pct2", "pct3", "delay2")
"""Those that must be told how long a run is: else they change nothing but its beginning."""
STANDING: Final = ("holds", "bursts")
"""Those that let a task stand still while others do something whole."""
STANDING_PERCENT: Final = 90
"""How often one of these is drawn where nothing is known of the run."""
PORTFOLIO: Final = (*STANDING, "walk", "sticky", "pos", *COUNTING, SURW, RFF)
"""The strategies that a search draws from."""
INFORMED: Final = (SURW, RFF)
"""Those that are nothing without hints."""
HALVED_AFTER: Final = 200
"""Runs of a strategy after which all that is known of it counts half."""
SCALE: Final = 1000
FLOOR: Final = 20
"""The least weight of a strategy; one that brought news with each run would have `SCALE` more."""


class Portfolio:
    """Chooses strategies by what they brought."""

    __slots__ = ("_news", "_runs")

    def __init__(self, strategies: Iterable[str] = PORTFOLIO) -> None:
        """Begin with all strategies alike."""
        self._runs = dict.fromkeys(strategies, 1)
        self._news = dict.fromkeys(self._runs, 1)

    def schedule(
        self, choices: Choices, *, after: int = 0, passage: Passage | None = None
    ) -> Schedule:
        """Draw a schedule; `passage` is a run that the new one may resemble."""
        names = list(self._runs) if passage else self._blind(choices)
        weights = [self.weight(name) for name in names]
        name = names[choices.weighed(weights)] if names else ""
        return draw_schedule(choices, name, after=after, passage=passage)

    def _blind(self, choices: Choices) -> list[str]:
        """Return what there is to draw from where nothing is known of the run."""
        names = [name for name in self._runs if name not in INFORMED]
        standing = [name for name in names if name in STANDING]
        if standing and choices.percent(STANDING_PERCENT):
            return standing
        return [name for name in names if name not in COUNTING] or names

    def weight(self, strategy: str) -> int:
        """Return how likely a strategy is, beside the others: at least `FLOOR`."""
        return FLOOR + SCALE * self._news[strategy] // self._runs[strategy]

    def learn(self, schedule: Schedule | None, *, news: bool) -> None:
        """Learn whether a run reached anything new; one by no strategy of these is none of ours."""
        if schedule is None or schedule.strategy not in self._runs:
            return
        name = schedule.strategy
        self._runs[name] += 1
        self._news[name] += news
        if self._runs[name] >= HALVED_AFTER:
            self._runs[name] //= 2
            self._news[name] //= 2
