"""Raw findings of one bug: by variations and blow-ups of a known case, and by seeded search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from fuzz.people.measures.identities import WAYS
from fuzz.people.triage.neighbours import more_operations
from fuzz.program.case import Case
from fuzz.program.execute import execute, materialised
from fuzz.search.assignment import Assignment, Listener
from fuzz.search.engines.in_process import search
from fuzz.search.explorer import Explorer
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.people.measures.deduplication.lairs import Lair
    from fuzz.program.outcome import Outcome

TRIES: Final = 20
"""Variations for each finding that is wanted; with some cases one of ten still shows its bug."""
SEARCH_RUNS: Final = 400
"""A search for each lair: a bug that it does not meet by then gives findings by variation only."""
BLOW_UP_MAX: Final = 12
"""Operations put in beside those that it takes."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A case, materialised, and what it shows: all of it the doing of one bug."""

    lair: Lair
    way: str
    case: Case
    outcome: Outcome

    @property
    def bug(self) -> str:
        """Whose doing it is."""
        return self.lair.bug


def raw_findings(lair: Lair, count: int, seed: int) -> Iterator[Raw]:
    """Yield at most so many findings of a bug, each of another case: half by search, if it can."""
    seen = set[Case]()
    searched = islice(_distinct(searched_findings(lair, seed), seen), count // 2)
    left = count
    for raw in searched:
        left -= 1
        yield raw
    yield from islice(_distinct(varied_findings(lair, count, seed), seen), left)


def _distinct(raws: Iterator[Raw], seen: set[Case]) -> Iterator[Raw]:
    for raw in raws:
        if raw.case not in seen:
            seen.add(raw.case)
            yield raw


def varied_findings(lair: Lair, count: int, seed: int) -> Iterator[Raw]:
    """Yield what variations of the known case show: redrawn, and blown up."""
    choices = Choices(seed)
    for number in range(count * TRIES):
        way, vary = WAYS[number % len(WAYS)]
        case = vary(lair.target, lair.case, choices)
        for _ in range(choices.below(BLOW_UP_MAX)):
            case = more_operations(lair.target, case, choices)
        yield from _raw(lair, way, case)


def searched_findings(lair: Lair, seed: int) -> Iterator[Raw]:
    """Yield what a search from nothing shows, in its order."""
    cases: list[Case] = []

    class Collecting(Listener):
        """Keeps what shows something."""

        def ran(self, case: Case, outcome: Outcome) -> None:
            if outcome.findings:
                cases.append(materialised(case, outcome))

    fixed = {name: text for name, text in lair.case.settings if not _drawn(lair, name)}
    with TemporaryDirectory() as inputs:
        assignment = Assignment(
            target=lair.target,
            kernel=lair.case.kernel,
            inputs=Path(inputs),
            settings=fixed,
            seed=seed,
            runs=SEARCH_RUNS,
        )
        search(Explorer(assignment, Collecting()))
    for case in cases:
        yield from _raw(lair, "search", case)


def _drawn(lair: Lair, name: str) -> bool:
    return next(one.drawn for one in lair.target.settings if one.name == name)


def _raw(lair: Lair, way: str, case: Case) -> Iterator[Raw]:
    outcome = execute(lair.target, case)
    explicit = replace(materialised(case, outcome), expectations=(), comments=())
    if outcome.findings and lair.is_its_doing(explicit, outcome):
        yield Raw(lair, way, explicit, outcome)
