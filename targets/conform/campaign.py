"""A comparison of many programs: drawn, run on both sides, differences confirmed and shrunk."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from fuzz.program.case import bare
from fuzz.program.execute import execute
from fuzz.search.shrink.shrink import shrink
from fuzz.values.choices import Choices
from targets.conform.programs import draw_program
from targets.conform.promises import CONFORM_DIFFERS
from targets.conform.target import ANSWERS, STATISTICS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.values.finding import Finding
    from targets.conform.plan import Plan
    from targets.conform.target import Compared

BATCH: Final = 25
"""Programs whose pages are measured together: a device is not made for each of them."""

SHRINK_RUNS: Final = 600
"""Each may cost a program on the real kernel; most differences are small long before."""

SEEDS_PER_CAMPAIGN: Final = 1_000_000
"""Program `n` of seed `s` is drawn from seed `s * this + n`, so that any one can be drawn alone."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What the two sides disagree about, with the smallest program found that shows it."""

    finding: Finding
    case: Case
    program: int
    """Which of the drawn programs showed it first."""
    steady: bool
    """Whether the kernel answered the same when it was asked again; if not, it is no verdict."""


@dataclass(slots=True)
class Tally:
    """How far it has come."""

    programs: int = 0
    operations: Counter[str] = field(default_factory=Counter[str])
    """How often each kind was run."""
    answers: int = 0
    statistics: int = 0
    differing: int = 0
    """Programs that differ, and differ again when they are run again."""
    unsteady: int = 0
    """Programs that differed once, and not in the same way again."""
    seconds: float = 0.0


class Campaign:
    """Compares programs until there are enough of them, or time is up."""

    def __init__(self, plan: Plan, target: Compared) -> None:
        """Prepare; nothing runs yet."""
        self._plan = plan
        self._target = target
        self.tally = Tally()
        self.differences: dict[tuple[str, str], Difference] = {}
        """One for each place, in the order in which they were found."""

    def run(self, moved: Callable[[], None], found: Callable[[Difference], None]) -> None:
        """Compare; `moved` is called after each program, `found` for each new difference."""
        began = time.monotonic()
        number = 0
        while number < self._plan.programs and not self._late(began):
            batch = range(number, min(number + BATCH, self._plan.programs))
            cases = [self._draw(each) for each in batch]
            self._target.learn(cases)
            for number, case in zip(batch, cases, strict=True):
                self._compare(number, case, found)
                self.tally.seconds = time.monotonic() - began
                moved()
                if self._late(began):
                    break
            number = batch.stop

    def _late(self, began: float) -> bool:
        return 0 < self._plan.seconds <= time.monotonic() - began

    def _draw(self, number: int) -> Case:
        choices = Choices(self._plan.seed * SEEDS_PER_CAMPAIGN + number)
        return draw_program(self._target, self._plan, choices)

    def _compare(self, number: int, case: Case, found: Callable[[Difference], None]) -> None:
        tally = self.tally
        outcome = self._fresh(case)
        tally.programs += 1
        tally.answers += outcome.counters[ANSWERS]
        tally.statistics += outcome.counters[STATISTICS]
        for program in case.programs:
            tally.operations.update(one.word for one in program.operations)
        first = difference_in(outcome, case)
        if first is None:
            return
        steady = difference_in(self._fresh(case), case) == first
        tally.differing += steady
        tally.unsteady += not steady
        if first.identity not in self.differences or not self.differences[first.identity].steady:
            smallest = self._shrunk(case, outcome, first) if steady else (bare(case), outcome)
            self._keep(number, smallest, first.identity, found, steady=steady)

    def _fresh(self, case: Case) -> Outcome:
        """Run a case on both sides, the kernel not answering from memory."""
        self._target.forget_replies()
        return execute(self._target, case)

    def _shrunk(self, case: Case, outcome: Outcome, first: Finding) -> tuple[Case, Outcome]:
        """Shrink; a kernel that changes its mind on the way leaves the case as it is."""
        try:
            shrunk = shrink(self._target, case, first.identity, budget=SHRINK_RUNS)
        except ValueError:
            return bare(case), outcome
        return shrunk.case, shrunk.outcome

    def _keep(
        self,
        number: int,
        smallest: tuple[Case, Outcome],
        identity: tuple[str, str],
        found: Callable[[Difference], None],
        *,
        steady: bool,
    ) -> None:
        case, outcome = smallest
        finding = next(one for one in outcome.findings if one.identity == identity)
        difference = Difference(finding, case, number, steady)
        self.differences[identity] = difference
        found(difference)


def difference_in(outcome: Outcome, case: Case) -> Finding | None:
    """Return what differs, if anything does.

    A promise that the model breaks is no difference, as the kernel did the same; but a model that
    stops there, as an oops would, has not gone on as the kernel did.
    """
    differences = [one for one in outcome.findings if one.kind == CONFORM_DIFFERS.kind]
    stopped = outcome.counters[ANSWERS] < case.size
    return next(iter(differences or (outcome.findings if stopped else ())), None)
