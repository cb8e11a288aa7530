"""Identities: does one bug keep one, whatever else of its case changes, and two bugs two?

`scripts/measure-identity` runs it. A known case is run again and again with other schedules, other
arguments, more operations, and shrunk; of every run that shows something, the identities count.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fuzz.people.catalogue import Catalogue
from fuzz.people.measures.standalone import ended
from fuzz.people.source import read_case
from fuzz.people.text import table
from fuzz.people.triage.neighbours import more_operations, other_arguments, other_schedules
from fuzz.people.verdict import expected_of
from fuzz.program.case import bare
from fuzz.program.execute import execute, materialised
from fuzz.search.shrink.shrink import shrink
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fuzz.program.case import Case
    from fuzz.program.target import Target

REDRAWS: Final = 40
"""Variations of each way; with some cases one of ten still shows its bug."""
SHRINK_RUNS: Final = 300

Identity = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one case and its variations showed."""

    name: str
    wanted: Identity
    """The finding that the case is there for."""
    beside: frozenset[Identity]
    """What else the case shows as it is."""
    runs: dict[str, int] = field(default_factory=dict[str, int])
    """For each way, the variations that were run."""
    seen: dict[str, Counter[Identity]] = field(default_factory=dict[str, Counter[Identity]])
    """For each way, how many of them showed what."""

    @property
    def bug(self) -> str:
        """The number of the bug that the name begins with, or the name."""
        number, _, _ = self.name.partition("-")
        return number if number[1:].isdigit() else self.name

    @property
    def total(self) -> Counter[Identity]:
        """What all variations showed."""
        return sum(self.seen.values(), Counter[Identity]())

    @property
    def shattered(self) -> list[Identity]:
        """Identities of the same kind in places where the case itself does not show it."""
        known = {self.wanted, *self.beside}
        return sorted(one for one in self.total if one[0] == self.wanted[0] and one not in known)

    @property
    def others(self) -> list[Identity]:
        """Identities of other kinds that the case itself does not show."""
        known = {self.wanted, *self.beside, *self.shattered}
        return sorted(one for one in self.total if one not in known)


WAYS: Final = (
    ("schedules", other_schedules),
    ("arguments", other_arguments),
    ("operations", more_operations),
)
SHRUNK: Final = "shrunk"


def measure(
    target: Target, name: str, case: Case, wanted: Identity, redraws: int = REDRAWS
) -> Measured:
    """Vary one case in every way; shrink it, and what a redrawn schedule made of it."""
    case = bare(case)
    shown = {finding.identity for finding in execute(target, case).findings}
    measured = Measured(name, wanted, frozenset(shown - {wanted}))
    starts = [case]
    for way, vary in WAYS:
        choices = Choices(len(way))
        seen = measured.seen[way] = Counter()
        measured.runs[way] = redraws
        for _ in range(redraws):
            variant = vary(target, case, choices)
            outcome = execute(target, variant)
            found = [finding.identity for finding in outcome.findings]
            seen.update(found)
            if wanted in found and len(starts) <= len(WAYS):
                starts.append(materialised(variant, outcome))
    measured.runs[SHRUNK] = len(starts)
    measured.seen[SHRUNK] = Counter(
        found for start in starts for found in _after_shrinking(target, start, wanted)
    )
    return measured


def _after_shrinking(target: Target, case: Case, wanted: Identity) -> list[Identity]:
    outcome = shrink(target, case, wanted, budget=SHRINK_RUNS).outcome
    return [finding.identity for finding in outcome.findings]


def wanted_of(target: Target, path: Path, case: Case) -> tuple[Case, Identity] | None:
    """Return the case where it shows the finding that it is there for, and that; None for none.

    Where it shows that as the kernel was comes before where a setting puts the bug in.
    """
    expected = [pair for pair in expected_of(target, case) if pair[0].kind]
    for expectation, here in sorted(expected, key=lambda pair: bool(pair[0].settings)):
        for finding in execute(target, bare(here)).findings:
            if finding.kind == expectation.kind and expectation.place in ("", finding.place):
                return here, finding.identity
    for finding in execute(target, bare(case)).findings:
        if not case.expectations and finding.signature == path.parent.name:
            return case, finding.identity
    return None


def table_lines(all_measured: Sequence[Measured]) -> Iterator[str]:
    """Write a row a case; then what broke into several identities, and what merged."""
    ways = [*(way for way, _ in WAYS), SHRUNK]
    rows = [
        [
            one.name,
            "-".join(one.wanted),
            *(f"{one.seen[way][one.wanted]}/{one.runs[way]}" for way in ways),
            " ".join("-".join(each) for each in one.shattered) or "-",
        ]
        for one in all_measured
    ]
    yield from table(["case", "identity", *ways, "same kind elsewhere"], rows)
    yield ""
    yield from confusion_lines(all_measured)


def confusion_lines(all_measured: Sequence[Measured]) -> Iterator[str]:
    """Write which bugs each identity was the wanted one of: more than one is a merge."""
    bugs: dict[Identity, dict[str, None]] = {}
    for one in all_measured:
        bugs.setdefault(one.wanted, {})[one.bug] = None
    rows = [["-".join(identity), " ".join(names)] for identity, names in sorted(bugs.items())]
    yield from table(["identity", "bugs that show it"], rows)


def _cases(paths: Sequence[Path], targets: Mapping[str, Target]) -> Iterator[tuple[Path, Case]]:
    for path in paths:
        files = sorted(path.rglob("*.case")) if path.is_dir() else [path]
        yield from ((file, read_case(file, targets)) for file in files if file.name != "first.case")


def main() -> int:
    """Print the tables; return 1 when a case has the kind of its finding elsewhere too."""
    parser = argparse.ArgumentParser("measure-identity", description=__doc__)
    parser.add_argument("paths", metavar="CASE", nargs="+", type=Path, help="cases, or folders")
    parser.add_argument("--redraws", type=int, default=REDRAWS, help=f"of each way ({REDRAWS})")
    asked = parser.parse_args()
    targets = Catalogue()
    measured: list[Measured] = []
    for path, case in _cases(asked.paths, targets):
        target = targets[case.target]
        wanted = wanted_of(target, path, case)
        if wanted is not None:
            name = path.parent.name if path.name == "minimal.case" else path.stem
            measured.append(measure(target, name, *wanted, asked.redraws))
    sys.stdout.writelines(f"{line}\n" for line in table_lines(measured))
    return int(any(one.shattered for one in measured))


if __name__ == "__main__":
    sys.exit(ended(main))
