"""Searchers: what is compared, each a value with a name that a person can write.

`inprocess` is an engine as it comes; `inprocess~faults` the same without the signal or the family
of mutations of that name. What is both is switched off in both. `inprocess@surw` draws all
schedules with that strategy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.people.errors import UserError
from fuzz.search.engines.by_name import (
    BYTES,
    COUNTS_EDGES,
    ENGINE_DEFAULT,
    ENGINE_NAMES,
    HYPOTHESIS,
    THREADS,
    UNIFORM,
    UNIFORM_PCT3,
)
from fuzz.search.feedback import SIGNALS, SIGNALS_DEFAULT
from fuzz.search.job import EDGES
from fuzz.search.mutate import MUTATIONS
from fuzz.search.portfolio import PORTFOLIO
from fuzz.world.schedule.by_name import STRATEGY_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

OFF: Final = "~"
ON: Final = "+"
BY: Final = "@"
CHANGE: Final = re.compile(f"(?=[{OFF}{ON}{BY}])")
BLIND: Final = "blind"
"""After `OFF`, stands for all signals."""
PEERS: Final = (UNIFORM, UNIFORM_PCT3, HYPOTHESIS, BYTES, THREADS)
"""Engines that stand for what somebody might use instead."""


@dataclass(frozen=True, slots=True)
class Searcher:
    """One way to search."""

    name: str
    engine: str
    signals: tuple[str, ...]
    mutations: tuple[str, ...]
    strategies: tuple[str, ...] = PORTFOLIO


def searcher_named(name: str) -> Searcher:
    """Read a searcher; UserError when there is none of that name."""
    engine, *changes = CHANGE.split(name)
    if engine not in ENGINE_NAMES:
        raise UserError(f"--searchers: expected one of {', '.join(ENGINE_NAMES)}, not {engine!a}")
    signals, mutations, strategies = SIGNALS_DEFAULT, MUTATIONS, tuple[str, ...]()
    for change in changes:
        sign, word = change[0], change[1:]
        if (sign == ON and word in SIGNALS) or (word == EDGES and engine in COUNTS_EDGES):
            signals = (*signals, word)
        elif sign == BY and word in STRATEGY_NAMES:
            strategies = (*strategies, word)
        elif sign == OFF and word == BLIND:
            signals = ()
        elif sign == OFF and word in (*signals, *mutations):
            signals = tuple(each for each in signals if each != word)
            mutations = tuple(each for each in mutations if each != word)
        else:
            raise UserError(
                f"--searchers: {engine} has nothing called {change!a}; {_words(engine)}"
            )
    return Searcher(name, engine, signals, mutations, strategies or PORTFOLIO)


def ablation(engine: str = ENGINE_DEFAULT) -> Iterator[str]:
    """Name the searchers in which one thing is off, and the one without any feedback."""
    yield f"{engine}{OFF}{BLIND}"
    for word in dict.fromkeys((*SIGNALS_DEFAULT, *MUTATIONS)):
        yield f"{engine}{OFF}{word}"


def _words(engine: str) -> str:
    off = dict.fromkeys((BLIND, *SIGNALS_DEFAULT, *MUTATIONS))
    on = [word for word in SIGNALS if word not in SIGNALS_DEFAULT]
    on += [EDGES] if engine in COUNTS_EDGES else []
    words = [*(OFF + w for w in off), *(ON + w for w in on), *(BY + w for w in STRATEGY_NAMES)]
    return f"expected some of {', '.join(words)}"
