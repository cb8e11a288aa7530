"""The engine in this process: a corpus, an energy for each case in it, no libFuzzer.

Nothing depends on time, so that a seed is a campaign; no case runs twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

from fuzz.program.reading import CaseError
from fuzz.program.text import case_text, parse_case
from fuzz.search.mutate import ENUMERATE, Mutator
from fuzz.search.pool import Pool
from fuzz.search.promising import Promising
from fuzz.search.recall import passage_of
from fuzz.search.sources import CHILD, FRESH, PROMISING, Sources
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.assignment import Assignment
    from fuzz.search.explorer import Explorer, Lesson

CROSS_PERCENT: Final = 7
"""How many children have two parents."""
TRIES: Final = 4
"""Children made until one is new; near the end of a small space none may be."""


def search(explorer: Explorer) -> None:
    """Search from the cases of the folder, or from nothing."""
    assignment = explorer.assignment
    breeder = Breeder(assignment)
    old = list(inputs_of(assignment))
    while not explorer.over:
        replay = bool(old)
        case = old.pop(0) if old else breeder.new()
        lesson = explorer.run(case, replay=replay)
        if breeder.learn(case, lesson) and not replay:
            keep_input(assignment, case)


class Breeder:
    """Makes cases that were not run before, from those that reached something new."""

    def __init__(self, assignment: Assignment) -> None:
        """Begin with nothing but what is assigned."""
        self._mutator = Mutator.of(assignment)
        self._choices = Choices(assignment.seed)
        self._pool = Pool()
        self._past = Past()
        self._sources = Sources()
        self._source = ""
        """Of the case that was made last, which is run next; empty before the first."""
        self._promising = Promising(assignment.target)
        self._enumerates = ENUMERATE in assignment.mutations

    def learn(self, case: Case, lesson: Lesson) -> bool:
        """Learn from a run; whether it reached something new."""
        self._pool.saw(lesson.reached)
        if self._source:
            self._sources.learn(self._source, len(lesson.fresh))
        passage = passage_of(lesson.outcome) if lesson.fresh else None
        self._mutator.learn(case, lesson.outcome, passage)
        if passage is None:
            return False
        self._pool.add(case, passage, tuple(sorted(lesson.fresh)))
        self._promising.add(case, passage, len(lesson.fresh))
        return True

    def new(self) -> Case:
        """Make a case that was not run before, if a few tries come to one."""
        case = self._next()
        for _ in range(TRIES):
            if self._past.is_new(case):
                break
            case = self._next()
        return case

    def _next(self) -> Case:
        choices = self._choices
        self._source = self._sources.draw(choices) if len(self._pool) else FRESH
        if self._source == PROMISING:
            promising = self._promising.next() if self._enumerates else None
            if promising is not None:
                return promising
            self._source = CHILD
        if self._source == FRESH:
            return self._mutator.fresh(choices)
        parent = self._pool.choose(choices)
        if choices.percent(CROSS_PERCENT):
            return self._mutator.cross(parent.case, self._pool.any(choices), choices)
        return self._mutator.child(parent.case, parent.passage, choices)


class Past:
    """The cases that were run, by a hash of their texts: two may share one, and one is lost."""

    def __init__(self) -> None:
        """Start before the first run."""
        self._seen: set[int] = set()

    def is_new(self, case: Case) -> bool:
        """Whether a case was not seen before; from now on it was."""
        number = crc32(case_text(case).encode())
        new = number not in self._seen
        self._seen.add(number)
        return new


def inputs_of(assignment: Assignment) -> Iterator[Case]:
    """Yield the cases of the folder in the order of their names; what is none is left out."""
    targets = {assignment.target.name: assignment.target}
    for path in sorted(assignment.inputs.iterdir()):
        try:
            yield parse_case(path.read_bytes(), targets)
        except CaseError:
            continue


def keep_input(assignment: Assignment, case: Case) -> None:
    """Write a case to the folder, for the engine that goes on after this one."""
    number = sum(1 for _ in assignment.inputs.iterdir())
    path = assignment.inputs / f"{number:06}"
    path.write_text(case_text(case), encoding="utf-8")
