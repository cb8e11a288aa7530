"""The search of one lane in one worker: it goes on where it was whenever the lane has its turn."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fuzz.keep.hub.interface import Discovery, Entry
from fuzz.people.seeds import fitted
from fuzz.program.reading import CaseError
from fuzz.program.text import case_text, parse_case
from fuzz.sanitize.locks.promises import LOCK_ORDER
from fuzz.search.assignment import Assignment, Listener
from fuzz.search.engines.in_process import Breeder
from fuzz.search.explorer import Explorer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fuzz.people.campaign.plan import Lane
    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.search.lock_orders import Cycle
    from fuzz.values.finding import Finding

ENDLESS: Final = 1 << 62
"""Executions of an assignment that only its worker ends."""


class LaneSearch(Listener):
    """Runs case after case, and gathers what is worth telling the hub."""

    def __init__(self, target: Target, lane: Lane, seed: int) -> None:
        """Begin with nothing."""
        assignment = Assignment(
            target=target,
            kernel=lane.kernel,
            inputs=Path(),  # The hub has them.
            settings=dict(lane.settings),
            seed=seed,
            runs=ENDLESS,
        )
        self._target = target
        self._kernel = lane.kernel
        self._settings = dict(lane.settings)
        self._seeds: Iterator[str] = iter(())
        self._explorer = Explorer(assignment, self)
        self._breeder = Breeder(assignment)
        self._kept: Case | None = None
        self.pulled = 0
        """The sequence number of the latest entry that was pulled."""
        self.entries: list[Entry] = []
        """What reached something new since somebody asked."""
        self.discoveries: list[Discovery] = []
        """What was found since somebody asked."""

    @property
    def executions(self) -> int:
        """All runs so far."""
        return self._explorer.runs

    def step(self) -> None:
        """Run the next seed or, without one, a new case."""
        for text in self._seeds:
            with suppress(ValueError):  # It is none, or not for this kernel.
                self._run(self._parsed(fitted(text, self._target, self._kernel, self._settings)))
                return
        self._run(self._breeder.new())

    def learn(self, texts: Iterable[str]) -> None:
        """Run cases of others; what they reach is no news."""
        for text in texts:
            with suppress(CaseError):  # It is none any more, since targets change.
                case = self._parsed(text)
                self._breeder.learn(case, self._explorer.run(case, replay=True))

    def sow(self, texts: Iterable[str]) -> None:
        """Have the cases of a corpus run first, one a step; what they reach may be news."""
        self._seeds = iter(texts)

    def found(self, finding: Finding, case: Case) -> None:
        """Gather a finding."""
        self.discoveries.append(
            Discovery(
                finding.kind,
                finding.place,
                finding.harm.value,
                finding.title,
                (case_text(case),),
                finding.detail,
            )
        )

    def kept(self, case: Case) -> None:
        """Gather a case that reached something new."""
        self._kept = case

    def crossed(self, cycle: Cycle) -> None:
        """Gather a cycle of locks that only several cases show."""
        self.discoveries.append(
            Discovery(
                LOCK_ORDER.kind,
                cycle.place,
                LOCK_ORDER.harm.value,
                f"locks are taken in a circle over {len(cycle.cases)} runs",
                tuple(map(case_text, cycle.cases)),
                cycle.text,
            )
        )

    def _run(self, case: Case) -> None:
        self._kept = None
        lesson = self._explorer.run(case)
        self._breeder.learn(case, lesson)
        if self._kept is not None:
            self.entries.append(Entry(case_text(self._kept), tuple(sorted(lesson.fresh))))

    def _parsed(self, text: str) -> Case:
        return parse_case(text, {self._target.name: self._target})
