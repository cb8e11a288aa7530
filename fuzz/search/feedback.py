"""Feedback: what a run reached, as numbers of a fixed pool of counters.

Signals are pairs of places, never hashes of whole traces: those make a corpus explode (measured in
the literature and by us). A counter's number is a stable hash of the feature's text, so that every
process means the same by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

from fuzz.program.execute import OPERATION
from fuzz.search.witness import FaultWitness, Witness
from fuzz.values.point import Access

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.values.point import Point
    from fuzz.world.task import Task

COUNTERS: Final = 8192
"""Counters in the pool: some hundred features exist, so that few collide."""

READS_FROM: Final = "reads-from"
FAULTS: Final = "faults"
ANSWERS: Final = "answers"
PATHS: Final = "paths"
PAIRS: Final = "pairs"
HANDOVERS: Final = "handovers"
FAULT_PATHS: Final = "fault-paths"
STATES: Final = "states"
SIGNALS: Final = (READS_FROM, PATHS, FAULTS, ANSWERS, PAIRS, HANDOVERS, FAULT_PATHS, STATES)
"""The signals that a search may use, each of which can be switched off."""
SIGNALS_DEFAULT: Final = (READS_FROM, PATHS, FAULTS, ANSWERS)
"""Those that are worth what they cost."""


class Feedback:
    """Turns outcomes into counter numbers."""

    def __init__(self, signals: Iterable[str] = SIGNALS) -> None:
        """Use some of `SIGNALS`."""
        self._signals = tuple(signals)
        assert all(signal in SIGNALS for signal in self._signals), "signals are known by name"
        self._pairs: dict[tuple[str, Point, Point, Point], int] = {}
        self._steps: dict[tuple[Point | None, Point], int] = {}

    def witness(self) -> FaultWitness | None:
        """Return who has to see the next run; None when its outcome tells enough."""
        if STATES in self._signals:
            return Witness()
        return FaultWitness() if FAULT_PATHS in self._signals else None

    def counters(
        self, case: Case, outcome: Outcome, witness: FaultWitness | None = None
    ) -> set[int]:
        """Return the counters that a run of a case reaches, as far as somebody saw it."""
        reached: set[int] = set()
        if witness is not None:
            reached.update(map(_number, self._seen_by(witness)))
        if PAIRS in self._signals:
            self._add_meetings(outcome, reached)
        if HANDOVERS in self._signals:
            self._add_handovers(outcome, reached)
        if READS_FROM in self._signals:
            self._add_pairs(outcome, reached)
        if PATHS in self._signals:
            self._add_steps(outcome, reached)
        if FAULTS in self._signals:
            reached.update(map(_number, _fault_features(outcome)))
        if ANSWERS in self._signals:
            reached.update(map(_number, _answer_features(case, outcome)))
        return reached

    def _add_pairs(self, outcome: Outcome, reached: set[int]) -> None:
        """Add (writer's point, reader's point, circumstance) where a task sees another's write.

        One circumstance is the reader's point before, which tells apart the passes of a loop and
        the callers of a helper. The other one is the fault that its operation has just met.
        """
        faulted = {(fault.at.task, fault.at.point, fault.at.visit) for fault in outcome.faults}
        last: dict[tuple[str, int], tuple[Task, Point]] = {}
        before: dict[int, Point] = {}
        failed: dict[int, Point] = {}
        for task, point, visit, instance in outcome.trace:
            if point is OPERATION:
                failed.pop(task.number, None)
            elif faulted and point.faults and (task.name, point.name, visit) in faulted:
                failed[task.number] = point
            if point.thing:
                cell = point.thing, instance
                seen = last.get(cell)
                if seen is not None and seen[0] is not task:
                    reached.add(self._pair(seen[1], before[task.number], point))
                    if task.number in failed:
                        reached.add(self._pair(failed[task.number], seen[1], point, "after"))
                if point.access is not Access.READ:
                    last[cell] = task, point
            before[task.number] = point

    def _seen_by(self, witness: FaultWitness) -> list[str]:
        kind = "" if FAULT_PATHS in self._signals else "state "
        return [feature for feature in witness.features if feature.startswith(kind)]

    def _add_meetings(self, outcome: Outcome, reached: set[int]) -> None:
        """Add (point, point) of two tasks whose accesses to one object followed each other.

        Two reads do not meet: in either order nobody sees a difference.
        """
        last: dict[tuple[str, int], tuple[Task, Point]] = {}
        for task, point, _, instance in outcome.trace:
            if not point.thing:
                continue
            cell = point.thing, instance
            seen = last.get(cell)
            if seen is not None and seen[0] is not task and (point.writes or seen[1].writes):
                reached.add(self._pair(seen[1], point, point, "meet"))
            last[cell] = task, point

    def _add_handovers(self, outcome: Outcome, reached: set[int]) -> None:
        """Add (before the unlock, before the lock) where a lock goes from task to task.

        The point that a task passed before it tells apart the places where one lock is used.
        """
        dropped: dict[tuple[str, int], tuple[Task, Point]] = {}
        before: dict[int, Point] = {}
        for task, point, _, instance in outcome.trace:
            lock = point.thing, instance
            if point.access is Access.UNLOCK:
                dropped[lock] = task, before[task.number]
            elif point.access is Access.LOCK and lock in dropped:
                giver, place = dropped[lock]
                if giver is not task:
                    reached.add(self._pair(place, point, before[task.number], "hand"))
            before[task.number] = point

    def _pair(self, one: Point, two: Point, three: Point, kind: str = "pair") -> int:
        key = kind, one, two, three
        number = self._pairs.get(key)
        if number is None:
            names = f"{one.name} {two.name} {three.name}"
            number = self._pairs[key] = _number(f"{kind} {names}")
        return number

    def _add_steps(self, outcome: Outcome, reached: set[int]) -> None:
        """Add (point, next point) of every task: the paths through the system, without its code."""
        steps = self._steps
        last: dict[int, Point] = {}
        for task, point, _, _ in outcome.trace:
            step = last.get(task.number), point
            number = steps.get(step)
            if number is None:
                before = step[0].name if step[0] else ""
                number = steps[step] = _number(f"step {before} {point.name}")
            reached.add(number)
            last[task.number] = point


def _fault_features(outcome: Outcome) -> list[str]:
    """Name each fault by its point and outcome, how many came before there, and which was last."""
    features: list[str] = []
    counts: dict[str, int] = {}
    last: dict[str, str] = {}
    for fault in outcome.faults:
        features.append(f"then {last.get(fault.at.task)} {fault.at.point} {fault.outcome}")
        last[fault.at.task] = f"{fault.at.point} {fault.outcome}"
        kind = f"{fault.at.point} {fault.outcome}"
        counts[kind] = counts.get(kind, 0) + 1
        features.append(f"fault {kind} {min(counts[kind], 4)}")
    features += [f"finding {finding.signature}" for finding in outcome.findings]
    return features


def _answer_features(case: Case, outcome: Outcome) -> list[str]:
    """Name how each kind of operation went, when that is a word: data is not a feature."""
    words = {
        (program.name, number): operation.word
        for program in case.programs
        for number, operation in enumerate(program.operations)
    }
    return [
        f"answer {words[answer.task, answer.operation]} {answer.text}"
        for answer in outcome.answers
        if answer.text.isalpha()
    ]


def _number(feature: str) -> int:
    return crc32(feature.encode()) % COUNTERS
