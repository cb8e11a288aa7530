"""An assignment: what an engine is to search, as one value; and a listener, who learns of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fuzz.search.feedback import SIGNALS_DEFAULT
from fuzz.search.mutate import MUTATIONS
from fuzz.search.portfolio import PORTFOLIO
from fuzz.values.sanitizers import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.search.lock_orders import Cycle
    from fuzz.values.finding import Finding
    from fuzz.values.sanitizers import Sanitizers


@dataclass(frozen=True, slots=True)
class Assignment:
    """One search; all that an engine does is a function of it."""

    target: Target
    kernel: str
    inputs: Path
    """A folder of cases as text to begin with; the engine keeps its own there for the next one."""
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    """Settings that every case has, as text."""
    seed: int = 0
    runs: int = 1000
    """How many cases to run, a few more or less."""
    signals: tuple[str, ...] = SIGNALS_DEFAULT
    """What guides the search: names of `fuzz.search.feedback.SIGNALS`."""
    mutations: tuple[str, ...] = MUTATIONS
    """Families of mutations that may be used."""
    strategies: tuple[str, ...] = PORTFOLIO
    """What may draw the schedules of new cases."""
    kernels: tuple[str, ...] = ()
    """Other kernels that a mutation may move a case to."""
    known: tuple[str, ...] = ()
    """Signatures of findings that need not be reported again."""
    sanitizers: Sanitizers = ALL


class Listener:
    """Learns how a search goes; a subclass overrides what it wants to know."""

    def ran(self, case: Case, outcome: Outcome) -> None:
        """Learn of each run, in order, before what it showed is told."""

    def idled(self) -> None:
        """Learn of an input that was no case: it counts as a run, but nothing ran."""

    def found(self, finding: Finding, case: Case) -> None:
        """Learn of a finding the first time, with its case, materialised."""

    def kept(self, case: Case) -> None:
        """Learn of a case, materialised, that reached something new."""

    def crossed(self, cycle: Cycle) -> None:
        """Learn of a cycle of locks that only several runs show together."""
