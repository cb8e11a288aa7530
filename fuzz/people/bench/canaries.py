"""Canaries: when, in a search, each bug of a ground was reached, triggered and detected.

They listen to a search and take no part in it: no judge, no feedback, no engine sees them.

* A bug is *reached* by the first run in which, while a task ran, the code came to where the bug
  makes a difference, whether it made one or not. This is exact.
* It is *triggered* by a run whose case, run again without the bug, has other answers, other
  findings or other counters. Runs that reach it are tried with a back-off, so the first one that
  triggers it may be missed: the number is an upper bound. A trace that differs is not enough, as
  the code of the fix may pass points of its own.
* It is *detected* by a run with a finding that is its doing (`suspects.py`). Findings are tried
  with a back-off as well, for each identity and bug: an upper bound, too.

What is detected counts as triggered, and what is triggered as reached.
Runs that only canaries make are neither executions nor CPU seconds of the search.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from time import process_time
from typing import TYPE_CHECKING, Final

from fuzz.people.bench.backoff import Backoff
from fuzz.people.bench.suspects import Suspects
from fuzz.program.execute import materialised
from fuzz.search.assignment import Listener
from fuzz.world.task import BOOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fuzz.people.bench.ground import Ground
    from fuzz.people.bench.suspects import MeasuredTarget
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.search.lock_orders import Cycle
    from fuzz.values.finding import Finding
    from fuzz.world.world import World

REACHED: Final = "reached"
TRIGGERED: Final = "triggered"
DETECTED: Final = "detected"
STAGES: Final = (REACHED, TRIGGERED, DETECTED)


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of a search."""

    executions: int
    """The number of the run, from 1."""
    seconds: float
    """CPU time of the search until then."""
    signature: str = ""
    """Of the finding by which a bug was detected."""


class Canaries(Listener):
    """Listens to the search of one ground."""

    def __init__(self, target: MeasuredTarget, ground: Ground, ended: Callable[[], None]) -> None:
        """Watch for the bugs of a ground; `ended` is called once all of them are detected."""
        self.target = target.heard_by(self._hear)
        """What to search: the same target, heard."""
        self.executions = 0
        self.marks: dict[str, dict[str, Mark]] = {stage: {} for stage in STAGES}
        """By stage and bug."""
        self._suspects = Suspects(target)
        self._own = target.bugs_of(ground.kernel, dict(ground.settings))
        self._wanted = ground.bugs
        self._ended = ended
        self._near: set[str] = set()
        self._tries: defaultdict[tuple[str, str], Backoff] = defaultdict(Backoff)
        self._start = process_time()
        self._spent = 0.0

    @property
    def seconds(self) -> float:
        """CPU time that the search has taken until now, without that of canaries."""
        return process_time() - self._start - self._spent

    @property
    def missing(self) -> list[str]:
        """The bugs that are still to be detected."""
        return [name for name in self._wanted if name not in self.marks[DETECTED]]

    def ran(self, case: Case, outcome: Outcome) -> None:
        """Look at a run of the search."""
        self.executions += 1
        seconds, before = self.seconds, process_time()
        near = self._near & self._own
        self._near.clear()
        now = Mark(self.executions, seconds)
        self._mark(REACHED, near, now)
        if any(name in near for name in self.missing):
            explicit = replace(materialised(case, outcome), expectations=(), comments=())
            self._blame(explicit, outcome, near, now)
            self._try(explicit, outcome, near, now)
        self._spent += process_time() - before
        if not self.missing:
            self._ended()

    def idled(self) -> None:
        """Count an input that was no case."""
        self.executions += 1

    def found(self, finding: Finding, case: Case) -> None:
        """Forget what was near in the run that told that a finding comes again."""
        del finding, case
        self._near.clear()

    def crossed(self, cycle: Cycle) -> None:
        """Forget what was near, likewise."""
        del cycle
        self._near.clear()

    def _hear(self, world: World, names: tuple[str, ...]) -> None:
        task = getattr(world, "running", None)
        if task is not None and task.name != BOOT and not world.over:
            self._near.update(names)

    def _mark(self, stage: str, names: Iterable[str], now: Mark) -> None:
        """Remember the first time of a stage, which is at least that of each stage before it."""
        for earlier in STAGES[: STAGES.index(stage) + 1]:
            for name in names:
                if name in self._wanted:
                    self.marks[earlier].setdefault(name, now)

    def _blame(self, case: Case, outcome: Outcome, near: set[str], now: Mark) -> None:
        """Find out which bugs the findings of a run are the doing of."""
        for signature in dict.fromkeys(finding.signature for finding in outcome.findings):
            suspected = [name for name in self.missing if name in near]
            due = [name for name in suspected if self._tries[signature, name].due()]
            if due and self._suspects.closes(case, signature, due):
                blamed = self._suspects.blamed(case, signature, sorted(near))
                self._mark(DETECTED, sorted(blamed), replace(now, signature=signature))

    def _try(self, case: Case, outcome: Outcome, near: set[str], now: Mark) -> None:
        """Find out which bugs change what a run comes to."""
        for name in self._wanted:
            new = name in near and name not in self.marks[TRIGGERED]
            if new and self._tries["", name].due():
                other = self._suspects.without(case, [name])
                if other is not None and differs(outcome, other):
                    self._mark(TRIGGERED, [name], now)


def differs(one: Outcome, other: Outcome) -> bool:
    """Whether two runs came to different answers, findings or counters."""
    return (
        one.answers != other.answers
        or one.counters != other.counters
        or [f.signature for f in one.findings] != [f.signature for f in other.findings]
    )
