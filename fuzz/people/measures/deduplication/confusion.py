"""Confusion: which findings of which bugs came into which groups."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fuzz.people.asking import refused
from fuzz.people.triage.kinship import Smallest, families
from fuzz.people.triage.primary import primary_of
from fuzz.search.shrink.cost import Costs
from fuzz.search.shrink.shrink import shrink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.people.measures.deduplication.raw import Raw
    from fuzz.search.shrink.cost import Cost


@dataclass(slots=True)
class Confusion:
    """Counts by bug and by group; a group is what triage calls the same bug."""

    counts: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    """For each bug, how many of its findings came into which group."""
    smallest: dict[str, tuple[Cost, Raw]] = field(default_factory=dict[str, "tuple[Cost, Raw]"])
    """For each group, the cheapest of its findings."""

    def add(self, raw: Raw) -> None:
        """File a raw finding, by what triage takes its run to be about."""
        primary = primary_of(raw.outcome.findings)
        assert primary is not None, "a raw finding shows something"
        signature = primary.signature
        self.counts.setdefault(raw.bug, Counter())[signature] += 1
        cost = Costs(raw.lair.target).of(raw.case)
        if signature not in self.smallest or cost < self.smallest[signature][0]:
            self.smallest[signature] = (cost, raw)

    def join(self, runs: int) -> None:
        """Join groups as triage does: with the cheapest case of each, shrunk in so many runs.

        Other interleavings are drawn on the kernel with all its bugs, as a user has it.
        """
        heads = families(
            {signature: _shrunk(raw, signature, runs) for signature, (_, raw) in self._in_order()}
        )
        for bug, groups in self.counts.items():
            joined = Counter[str]()
            for signature, count in groups.items():
                joined[heads[signature]] += count
            self.counts[bug] = joined

    def _in_order(self) -> list[tuple[str, tuple[Cost, Raw]]]:
        """List the groups, the largest first: that gives a family its name."""
        sizes = {group: bugs.total() for group, bugs in self.groups.items()}
        return sorted(self.smallest.items(), key=lambda item: (-sizes[item[0]], item[0]))

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
        yield "| bug | findings | groups (* with another bug) |"
        yield "|---|---|---|"
        for bug, counts in sorted(self.counts.items()):
            parts = (
                f"`{group}`{'*' * (len(groups[group]) > 1)} {count}"
                for group, count in counts.most_common()
            )
            yield f"| `{bug}` | {counts.total()} | {', '.join(parts)} |"
        yield ""
        yield self.summary


def _shrunk(raw: Raw, signature: str, runs: int) -> Smallest:
    """Shrink a case, then let the other bugs of its kernel in."""
    finding = next(one for one in raw.outcome.findings if one.signature == signature)
    case = shrink(raw.lair.target, raw.case, finding.identity, budget=runs).case
    drawn = dict(case.settings)
    lair = dict(raw.lair.inhabited)
    names = [name for name in drawn if name in lair or name not in dict(raw.lair.case.settings)]
    settings = {**{name: drawn[name] for name in names}, **lair}
    inhabited = replace(case, settings=tuple(settings.items()))
    return Smallest(raw.lair.target, case if refused(raw.lair.target, inhabited) else inhabited)
