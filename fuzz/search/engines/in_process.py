"""The engine in this process: a corpus, an energy for each case in it, no libFuzzer.

Energy says how often a case is chosen as a parent: the newest cases are the likeliest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.reading import CaseError
from fuzz.program.text import case_text, parse_case
from fuzz.search.mutate import Mutator
from fuzz.search.recall import passage_of
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.assignment import Assignment
    from fuzz.search.explorer import Explorer
    from fuzz.search.recall import Passage

CROSS_PERCENT: Final = 7
"""How many children have two parents."""


def search(explorer: Explorer) -> None:
    """Search from the cases of the folder, or from nothing."""
    assignment = explorer.assignment
    mutator = Mutator.of(assignment)
    choices = Choices(assignment.seed)
    corpus: list[tuple[Case, Passage]] = []
    old = list(inputs_of(assignment))
    while not explorer.over:
        replay = bool(old)
        case = old.pop(0) if old else _next(mutator, corpus, choices)
        lesson = explorer.run(case, replay=replay)
        mutator.learn(case, lesson.fresh)
        if lesson.fresh:
            if not replay:
                keep_input(assignment, case)
            corpus.append((case, passage_of(lesson.outcome)))


def _next(mutator: Mutator, corpus: list[tuple[Case, Passage]], choices: Choices) -> Case:
    if not corpus:
        return mutator.fresh(choices)
    count = len(corpus)
    case, passage = corpus[max(choices.below(count), choices.below(count))]
    if choices.percent(CROSS_PERCENT):
        return mutator.cross(case, choices.one_of(corpus)[0], choices)
    return mutator.child(case, passage, choices)


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
