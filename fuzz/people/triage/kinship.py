"""Kinship: identities under which one bug shows itself, in runs that are close to each other.

A race that is seen in one run is the missing name in another: no run has both, but the same
program has, with the same faults. So neighbours of small cases are run, and what else they show is
shrunk: it is of the same bug if that comes to a case that is known for it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fuzz.people.triage.neighbours import neighbours
from fuzz.people.triage.primary import primary_of
from fuzz.program.execute import execute, materialised
from fuzz.search.shrink.shrink import shrink
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.program.case import Case
    from fuzz.program.operation import Operation
    from fuzz.program.target import Target

NEIGHBOURS: Final = 240
"""Runs for each identity; its table of kernels takes as many."""
TRIES: Final = 3
"""For each identity that neighbours of another one show: so many of them are shrunk."""
SHRINK_RUNS: Final = 300


@dataclass(frozen=True, slots=True)
class Smallest:
    """The smallest case of an identity."""

    target: Target
    case: Case


def families(smallest: Mapping[str, Smallest]) -> dict[str, str]:
    """Return for each signature the first one that it is of one bug with, often itself."""
    kinship = Kinship(smallest)
    order = list(smallest)
    heads = {signature: signature for signature in smallest}
    for one in smallest:
        for other in kinship.relatives(one):
            new, old = sorted((heads[one], heads[other]), key=order.index)
            heads = {name: new if head == old else head for name, head in heads.items()}
    return heads


class Kinship:
    """Asks which of some identities are of one bug."""

    def __init__(self, smallest: Mapping[str, Smallest]) -> None:
        """Ask about these, each with its smallest case."""
        self._smallest = smallest
        self._least: dict[str, Case] = {}

    def relatives(self, signature: str) -> Iterator[str]:
        """Yield what neighbours of the smallest case of an identity show, if that is its bug, too.

        It is if two things hold.
        Shrunk, the neighbour is the smallest case that is known of the other identity: so it is
        not some other bug with that identity.
        And it takes the operations that this identity takes: the same program shows both, or the
        other one takes all of them and one more, so it is not that one which brings another bug.
        """
        own = self._smallest[signature]
        tries: Counter[str] = Counter()
        for case in neighbours(own.target, own.case, Choices(len(own.case.programs)), NEIGHBOURS):
            outcome = execute(own.target, case)
            finding = primary_of(outcome.findings)
            if finding is None or (other := finding.signature) == signature:
                continue
            if tries[other] >= TRIES or not self._may_be_kin(own, case, other):
                continue
            tries[other] += 1
            found = replace(materialised(case, outcome), expectations=())
            least = shrink(own.target, found, finding.identity, budget=SHRINK_RUNS).case
            if _is_same(least, self._least_of(other)):
                tries[other] = TRIES
                yield other

    def _may_be_kin(self, own: Smallest, neighbour: Case, other: str) -> bool:
        """Whether another identity is asked about, and takes what this one takes."""
        known = self._smallest.get(other)
        if known is None or known.target is not own.target:
            return False
        return neighbour.size == own.case.size or _kinds(own.case) <= _kinds(self._least_of(other))

    def _least_of(self, signature: str) -> Case:
        """Shrink the smallest case of an identity, which nobody may have done."""
        if signature not in self._least:
            known = self._smallest[signature]
            findings = execute(known.target, known.case).findings
            shown = next(one for one in findings if one.signature == signature)
            shrunk = shrink(known.target, known.case, shown.identity, budget=SHRINK_RUNS)
            self._least[signature] = shrunk.case
        return self._least[signature]


def _kinds(case: Case) -> Counter[type[Operation[object]]]:
    return Counter(type(one) for program in case.programs for one in program.operations)


def _is_same(one: Case, other: Case) -> bool:
    """Whether two cases do the same; kernels and settings may differ."""
    return (one.programs, one.faults, one.switches) == (
        other.programs,
        other.faults,
        other.switches,
    )
