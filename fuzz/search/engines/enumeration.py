"""The engine that enumerates: a program, every single fault, every single switch, near pairs.

Programs are drawn, without faults and in the default order. Pairs are for those whose single faults
or switches reached something new; no program gets more than `RUNS_MAX` runs.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from fuzz.search.enumerate import (
    pairs_of_faults,
    pairs_of_switches,
    single_faults,
    single_switches,
)
from fuzz.search.mutate import Mutator
from fuzz.search.recall import passage_of
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.program.case import Case
    from fuzz.search.explorer import Explorer

RUNS_MAX: Final = 300
"""Runs of one program: some programs pass hundreds of races."""


def search(explorer: Explorer) -> None:
    """Enumerate what may happen to one program after another."""
    assignment = explorer.assignment
    mutator = Mutator.of(assignment)
    choices = Choices(assignment.seed)
    while not explorer.over:
        drawn = mutator.fresh(choices)
        _enumerate(explorer, replace(drawn, faults=(), switches=(), schedule=None))


def _enumerate(explorer: Explorer, case: Case) -> None:
    target = explorer.assignment.target
    last = explorer.runs + RUNS_MAX
    passage = passage_of(explorer.run(case).outcome)
    singles = chain(single_faults(target, case, passage), single_switches(case, passage))
    if _run_all(explorer, singles, last):
        pairs = chain(pairs_of_faults(target, case, passage), pairs_of_switches(case, passage))
        _run_all(explorer, pairs, last)


def _run_all(explorer: Explorer, cases: Iterable[Case], last: int) -> bool:
    """Run cases while there are runs left; whether any reached something new."""
    news = False
    for case in cases:
        if explorer.over or explorer.runs >= last:
            break
        news |= bool(explorer.run(case).fresh)
    return news
