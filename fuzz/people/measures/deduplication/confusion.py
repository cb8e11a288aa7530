"""Confusion: which findings of which bugs came into which groups."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fuzz.people.text import table, wrapped
from fuzz.people.triage.primary import primary_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.people.measures.deduplication.raw import Raw


@dataclass(slots=True)
class Confusion:
    """Counts by bug and by group; a group is what triage calls the same bug."""

    counts: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    """For each bug, how many of its findings came into which group."""

    def add(self, raw: Raw) -> None:
        """File a raw finding, by what triage takes its run to be about."""
        primary = primary_of(raw.outcome.findings)
        assert primary is not None, "a raw finding shows something"
        self.counts.setdefault(raw.bug, Counter())[primary.signature] += 1

    @property
    def findings(self) -> int:
        """How many there are."""
        return sum(groups.total() for groups in self.counts.values())

    @property
    def groups(self) -> dict[str, Counter[str]]:
        """For each group, how many findings of which bugs it has."""
        groups: dict[str, Counter[str]] = {}
        for bug, counts in self.counts.items():
            for group, count in counts.items():
                groups.setdefault(group, Counter())[bug] += count
        return groups

    @property
    def alone(self) -> int:
        """Findings in the largest group of their bug which are not outnumbered there by others."""
        groups = self.groups
        return sum(
            count
            for bug, counts in self.counts.items()
            for group, count in counts.most_common(1)
            if groups[group].most_common(1)[0][0] == bug
        )

    @property
    def summary(self) -> str:
        """Say in two sentences what it came to."""
        shattered = sum(len(groups) > 1 for groups in self.counts.values())
        merged = sum(len(bugs) > 1 for bugs in self.groups.values())
        return (
            f"{self.findings:,} findings of {len(self.counts)} bugs are in {len(self.groups)} "
            f"groups: {shattered} bugs are in more than one, {merged} groups have more than one "
            f"bug. {self.alone:,} findings are where most of their bug are, and most there are "
            "of it."
        )

    def lines(self) -> Iterator[str]:
        """Write the table, a row a bug; what has company in its group is marked with a star."""
        groups = self.groups
        rows = [
            [bug, str(counts.total()), group + "*" * (len(groups[group]) > 1), str(count)]
            for bug, counts in sorted(self.counts.items())
            for group, count in counts.most_common()
        ]
        yield from table(["bug", "findings", "group (* with others)", "of them"], rows)
        yield ""
        yield from wrapped(self.summary)
