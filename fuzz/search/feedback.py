"""Feedback: what a run reached, as numbers of a fixed pool of counters.

Signals are pairs of places, never hashes of whole traces: those make a corpus explode (measured in
the literature and by us). A counter's number is a stable hash of the feature's text, so that every
process means the same by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

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
SIGNALS: Final = (READS_FROM, PATHS, FAULTS, ANSWERS)
"""The signals that a search may use, each of which can be switched off."""


class Feedback:
    """Turns outcomes into counter numbers."""

    def __init__(self, signals: Iterable[str] = SIGNALS) -> None:
        """Use some of `SIGNALS`."""
        self._signals = tuple(signals)
        assert all(signal in SIGNALS for signal in self._signals), "signals are known by name"
        self._pairs: dict[tuple[Point, Point, Point], int] = {}
        self._steps: dict[tuple[Point | None, Point], int] = {}

    def counters(self, case: Case, outcome: Outcome) -> set[int]:
        """Return the counters that a run of a case reaches."""
        reached: set[int] = set()
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
        """Add (writer's point, reader's point before, reader's point) where a task sees another's write.

        The point before tells apart the passes of a loop and the callers of a helper.
        """
        pairs = self._pairs
        last: dict[tuple[str, int], tuple[Task, Point]] = {}
        before: dict[int, Point] = {}
        for task, point, _, instance in outcome.trace:
            if point.thing:
                cell = point.thing, instance
                seen = last.get(cell)
                if seen is not None and seen[0] is not task:
                    pair = seen[1], before[task.number], point
                    number = pairs.get(pair)
                    if number is None:
                        names = " ".join(part.name for part in pair)
                        number = pairs[pair] = _number(f"pair {names}")
                    reached.add(number)
                if point.access is not Access.READ:
                    last[cell] = task, point
            before[task.number] = point

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
    """Name each fault by its point and outcome, and by how many came before at the same point."""
    features: list[str] = []
    counts: dict[str, int] = {}
    for fault in outcome.faults:
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
