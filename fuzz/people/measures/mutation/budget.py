"""The budget: a fixed list of cases, and which functions each of them enters."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from fuzz.people.asking import refused
from fuzz.people.catalogue import Catalogue
from fuzz.people.measures.digests import drawn_cases
from fuzz.people.source import read_case
from fuzz.program.case import bare, with_settings
from fuzz.program.execute import execute
from fuzz.program.target import IsNotSearched
from fuzz.search.mutate import Mutator
from fuzz.values.choices import Choices
from fuzz.world.event import event_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from types import CodeType, FrameType

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target

CHILDREN_SHARE: Final = 2
"""One case in so many is a child of a kept case: kept cases go where fresh ones seldom come."""

Place = tuple[str, str]
"""The file and the qualified name of a function."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A case of the budget, and what it does when nothing is wrong with the system."""

    target: Target
    case: Case
    signatures: frozenset[str]
    """Findings that the case shows anyway, and that therefore say nothing about a mutant."""
    shown: str
    """A digest of what its tasks saw."""
    path: str
    """A digest of the points that its tasks passed, and of its costs."""
    entered: frozenset[Place]


def shown_by(outcome: Outcome) -> str:
    """Digest what a user could see of a run: its answers; counters say only what it cost."""
    return _digest(f"{outcome.answers}")


def path_of(outcome: Outcome) -> str:
    """Digest which points were passed, in their order, and what that cost."""
    costs = sorted(outcome.counters.items())
    return _digest(" ".join((f"{costs}", *map(event_text, outcome.trace))))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def kept_cases(paths: Iterable[Path], clean: tuple[tuple[str, str], ...]) -> list[Case]:
    """Read kept cases, with the settings `clean`; cases that set one of them are left out.

    A target that is not searched speaks of something that is as it is, and gets no settings.
    """
    targets = Catalogue()
    names = {name for name, _ in clean}
    cases: list[Case] = []
    for path in paths:
        case = read_case(path, targets)
        if isinstance(targets[case.target], IsNotSearched):
            cases.append(bare(case))
        elif names.isdisjoint(dict(case.settings)):
            cases += _possible(targets[case.target], bare(case), clean)
    return cases


def drawn(
    target: Target, kept: Sequence[Case], clean: tuple[tuple[str, str], ...], count: int
) -> Iterator[Case]:
    """Yield `count` cases of a target: fresh ones of all kernels, and children of kept ones."""
    own = [case for case in kept if case.target == target.name]
    fresh = drawn_cases(target, count)
    for number, case in enumerate(fresh):
        if own and number % CHILDREN_SHARE:
            parent = own[number // CHILDREN_SHARE % len(own)]
            mutator = Mutator(target, parent.kernel, dict(clean))
            case = mutator.child(parent, None, Choices(number))  # noqa: PLW2901 - one in its place
        yield from _possible(target, case, clean)


def _possible(target: Target, case: Case, clean: tuple[tuple[str, str], ...]) -> list[Case]:
    asked = with_settings(replace(case, expectations=(), comments=()), clean)
    return [] if refused(target, asked) else [asked]


def baseline(target: Target, case: Case) -> Baseline:
    """Run a case, and note what it enters and shows."""
    entered: dict[CodeType, None] = {}

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            entered[frame.f_code] = None

    sys.setprofile(note)
    try:
        outcome = execute(target, case)
    finally:
        sys.setprofile(None)
    signatures = frozenset(finding.signature for finding in outcome.findings)
    places = frozenset((code.co_filename, code.co_qualname) for code in entered)
    return Baseline(target, case, signatures, shown_by(outcome), path_of(outcome), places)
