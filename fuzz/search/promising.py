"""Promising cases: what reached much that is new is gone through, fault by fault, race by race."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from fuzz.search.enumerate import (
    pairs_of_faults,
    pairs_of_switches,
    single_faults,
    single_switches,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.search.recall import Passage

FRESH_MIN: Final = 5
"""So many new features make a case promising."""
ENERGY: Final = 40
"""Runs that one of them gets, pairs included: about what a short program has of both kinds."""
WAITING_MAX: Final = 64
"""Cases that wait; of more the oldest is forgotten."""


class Promising:
    """The cases that are being gone through, the newest first."""

    def __init__(self, target: Target) -> None:
        """Start with none."""
        self._target = target
        self._waiting: list[Iterator[Case]] = []

    def add(self, case: Case, passage: Passage, fresh: int) -> None:
        """Go through a case, too, if so many new features make it worth that."""
        if fresh < FRESH_MIN:
            return
        if len(self._waiting) >= WAITING_MAX:
            self._waiting.pop(0)
        singles = chain(single_faults(self._target, case, passage), single_switches(case, passage))
        pairs = chain(
            pairs_of_faults(self._target, case, passage), pairs_of_switches(case, passage)
        )
        self._waiting.append(islice(chain(singles, pairs), ENERGY))

    def next(self) -> Case | None:
        """Return what comes next, if anything does."""
        while self._waiting:
            case = next(self._waiting[-1], None)
            if case is not None:
                return case
            self._waiting.pop()
        return None
