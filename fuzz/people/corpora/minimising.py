"""Minimising: the fewest cases that reach all that a corpus reaches, as far as greed finds them.

Set cover is hard; taking what brings most is within a factor of ln(n) of the best (Chvatal 1979).
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final

from fuzz.program.case import Expectation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fuzz.people.corpora.reading import Entry
    from fuzz.program.case import Case

Feature = tuple[str, "int | str"]
NOTHING: Final[frozenset[Feature]] = frozenset()


def is_test(case: Case) -> bool:
    """Whether a case says more than that it is clean as it is, or somebody has commented it.

    Then it is kept for itself, whatever it reaches.
    """
    return bool(case.comments) or any(e != Expectation(case.kernel) for e in case.expectations)


def minimal(entries: Sequence[Entry]) -> list[Entry]:
    """Return, in their order, the cases to keep: every test, and what else something needs.

    Of cases that bring as much, the smaller one is taken, then the one whose text comes first.
    """
    kept = [entry for entry in entries if is_test(entry.case)]
    reached = _features(kept)
    chosen = _greedy([entry for entry in entries if not is_test(entry.case)], set(reached))
    needed = {entry.path for entry in (*kept, *_without_spare(chosen, reached))}
    return [entry for entry in entries if entry.path in needed]


def _features(entries: Iterable[Entry]) -> frozenset[Feature]:
    return NOTHING.union(*(_features_of(entry) for entry in entries))


def _features_of(entry: Entry) -> frozenset[Feature]:
    """What it reaches; two targets have nothing in common, whatever their numbers are."""
    target = entry.case.target
    return frozenset((f"{target} {kind}", what) for kind, what in entry.reach.features)


def _greedy(entries: Sequence[Entry], reached: set[Feature]) -> list[Entry]:
    """Take what brings most until nothing brings anything; counts only fall, so old ones do."""
    features = [_features_of(entry) - reached for entry in entries]
    heap = [
        (-len(features[n]), entry.case.size, len(entry.text), entry.text, n)
        for n, entry in enumerate(entries)
    ]
    heapify(heap)
    chosen: list[Entry] = []
    while heap and heap[0][0]:
        count, *rest, number = heappop(heap)
        features[number] -= reached
        if len(features[number]) == -count:
            chosen.append(entries[number])
            reached |= features[number]
        elif features[number]:
            heappush(heap, (-len(features[number]), *rest, number))  # type: ignore[arg-type]
    return chosen


def _without_spare(chosen: Sequence[Entry], reached: frozenset[Feature]) -> list[Entry]:
    """Leave out, the last taken first, whatever the others reach together."""
    counts: dict[Feature, int] = dict.fromkeys(reached, 1)
    features = [_features_of(entry) for entry in chosen]
    for each in features:
        for feature in each:
            counts[feature] = counts.get(feature, 0) + 1
    needed: list[Entry] = []
    for entry, each in zip(reversed(chosen), reversed(features), strict=True):
        if all(counts[feature] > 1 for feature in each):
            for feature in each:
                counts[feature] -= 1
        else:
            needed.append(entry)
    return needed
