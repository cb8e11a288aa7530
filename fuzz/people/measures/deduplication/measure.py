"""De-duplication: do raw findings of known bugs come into as many groups as there are bugs?

`scripts/measure-deduplication` runs it. Each bug is left alone on a kernel, where a seeded search
and variations of a known case find it again and again; each finding is filed as triage would.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fuzz.people.catalogue import Catalogue
from fuzz.people.errors import UserError
from fuzz.people.measures.deduplication.confusion import Confusion
from fuzz.people.measures.deduplication.lairs import find_lairs
from fuzz.people.measures.deduplication.raw import raw_findings
from fuzz.people.measures.standalone import CHECKOUT, ended
from fuzz.people.source import read_case
from fuzz.program.ground_truth import KnowsItsBugs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fuzz.people.bench.suspects import MeasuredTarget
    from fuzz.people.measures.deduplication.lairs import Lair
    from fuzz.program.case import Case
    from fuzz.program.target import Target

BUGS: Final = 30
FINDINGS: Final = 1000
SHRINK_RUNS: Final = 300
"""For the cheapest case of each group."""
SLACK: Final = 2
"""So many groups more or fewer than bugs are still as many."""


def spread(lairs: Sequence[Lair], count: int) -> list[Lair]:
    """Choose lairs evenly by name, so that nobody's taste decides."""
    ordered = sorted(lairs, key=lambda lair: lair.bug)
    count = min(count, len(ordered))
    return [ordered[number * len(ordered) // count] for number in range(count)]


def all_lairs(paths: Iterable[Path], targets: Mapping[str, Target]) -> list[Lair]:
    """Find the lairs of all bugs that known cases show; of several targets, where it is alone."""
    known: dict[str, list[Case]] = {}
    for path in sorted(paths):
        case = read_case(path, targets)
        known.setdefault(case.target, []).append(case)
    lairs: dict[str, Lair] = {}
    for name in sorted(known):
        target = targets[name]
        found = (
            find_lairs(_measured(target), known[name]) if isinstance(target, KnowsItsBugs) else ()
        )
        for lair in found:
            if lair.bug not in lairs or lair.company < lairs[lair.bug].company:
                lairs[lair.bug] = lair
    return list(lairs.values())


def _measured(target: Target) -> MeasuredTarget:
    assert isinstance(target, KnowsItsBugs), "only such a target is measured"
    return target  # pyright: ignore[reportReturnType] - an intersection, which no type can say


def measure(lairs: Sequence[Lair], findings: int, seed: int) -> Confusion:
    """Collect so many findings, evenly, and file them."""
    confusion = Confusion()
    for number, lair in enumerate(lairs):
        share = len(range(number, findings, len(lairs)))
        for raw in raw_findings(lair, share, seed):
            confusion.add(raw)
        shown = dict(confusion.counts[lair.bug]) if lair.bug in confusion.counts else "nothing"
        sys.stderr.write(f"{lair.bug}: {shown}\n")
    sys.stderr.write(f"before relatives are joined: {confusion.summary}\n")
    confusion.join(SHRINK_RUNS)
    return confusion


def main() -> int:
    """Print the table; return 1 when there are too many groups, or too few."""
    parser = argparse.ArgumentParser("measure-deduplication", description=__doc__)
    parser.add_argument("paths", metavar="CASE", nargs="*", type=Path, help="cases, or folders")
    parser.add_argument("--bugs", type=int, default=BUGS, help=f"how many ({BUGS})")
    parser.add_argument("--findings", type=int, default=FINDINGS, help=f"of all ({FINDINGS})")
    parser.add_argument("--seed", type=int, default=1, help="of the searches and variations (1)")
    asked = parser.parse_args()
    files = [
        file
        for path in asked.paths or [CHECKOUT / "corpus" / "known"]
        for file in (sorted(path.rglob("*.case")) if path.is_dir() else [path])
    ]
    lairs = spread(all_lairs(files, Catalogue()), asked.bugs)
    if not lairs:
        raise UserError("expected cases that show known bugs, and say so in their expect lines")
    confusion = measure(lairs, asked.findings, asked.seed)
    sys.stdout.writelines(f"{line}\n" for line in confusion.lines())
    return int(abs(len(confusion.groups) - len(confusion.counts)) > SLACK)


if __name__ == "__main__":
    sys.exit(ended(main))
