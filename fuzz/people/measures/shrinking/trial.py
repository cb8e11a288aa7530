"""One shrinking of one start, and what it came to beside the case that a person wrote."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from time import process_time
from typing import TYPE_CHECKING, NamedTuple

from fuzz.people.measures.shrinking.known import without
from fuzz.program.execute import execute
from fuzz.program.text import case_text
from fuzz.search.shrink.shrink import shrink

if TYPE_CHECKING:
    from fuzz.people.measures.shrinking.known import Known
    from fuzz.people.measures.shrinking.starts import Start
    from fuzz.program.case import Case
    from fuzz.program.target import Target


class Size(NamedTuple):
    """How much there is to read."""

    operations: int
    faults: int
    switches: int

    @property
    def elements(self) -> int:
        """All of it."""
        return sum(self)


def size_of(case: Case) -> Size:
    """Measure a case."""
    return Size(case.size, len(case.faults), len(case.switches))


class Verdict(Enum):
    """How a shrunken case compares with the one that a person wrote.

    Elements count; another mix is as many of them, but of other kinds.
    """

    SMALLER = "smaller"
    EQUAL = "equal"
    OTHER = "other mix"
    ONE_ABOVE = "one above"
    MORE = "more"


def verdict_on(size: Size, by_hand: Size) -> Verdict:
    """Compare two sizes."""
    if size == by_hand:
        return Verdict.EQUAL
    if size.elements == by_hand.elements:
        return Verdict.OTHER
    if size.elements < by_hand.elements:
        return Verdict.SMALLER
    return Verdict.ONE_ABOVE if size.elements == by_hand.elements + 1 else Verdict.MORE


@dataclass(frozen=True, slots=True)
class Trial:
    """How one start shrank."""

    name: str
    """Of the known case."""
    bug: str
    start: int
    found: bool
    """Whether a search found the start; else it is the known case, blown up."""
    by_hand: Size
    before: Size
    after: Size
    executions: int
    seconds: float
    """Of the processor."""
    minimal: bool
    """Whether every smaller candidate was tried within the budget."""
    slipped: bool
    """Whether the finding is there without the bug: an identity that two bugs share."""
    text: str
    """The shrunken case."""

    @property
    def verdict(self) -> Verdict:
        """How it compares with the case that a person wrote."""
        return verdict_on(self.after, self.by_hand)


def shrink_start(target: Target, known: Known, number: int, start: Start) -> Trial:
    """Shrink one start."""
    began = process_time()
    shrunk = shrink(target, start.case, known.identity)
    seconds = process_time() - began
    return Trial(
        name=known.name,
        bug=known.bug,
        start=number,
        found=start.found,
        by_hand=size_of(known.case),
        before=size_of(start.case),
        after=size_of(shrunk.case),
        executions=shrunk.executions,
        seconds=seconds,
        minimal=shrunk.minimal,
        slipped=_shows_without(target, known, shrunk.case),
        text=case_text(shrunk.case),
    )


def _shows_without(target: Target, known: Known, case: Case) -> bool:
    cured = without(target, case, known.bug)
    if cured is None:
        return False
    return known.identity in [finding.identity for finding in execute(target, cured).findings]
