"""Measures reduction: how many runs a verification takes with it and without, and what they show.

Without reduction every interleaving is run, so programs have to be tiny.
Both must come to the same outcomes and findings: a difference is a bug, and exit 1.
With `--preemptions`, only interleavings with so few of them are run without reduction, which larger
programs allow: then all that they come to must be among what reduction comes to.

    python -m fuzz.people.measures.reduction [--target MODULE:NAME] [--faults N] CASE...
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fuzz.people.packages import package_at
from fuzz.verify.bounds import Bounds, Space
from fuzz.verify.instrument.loader import Instrumented
from fuzz.verify.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fuzz.program.case import Case
    from fuzz.program.target import Target

RUNS_MAX: Final = 200_000
"""Where without reduction there is no end in sight."""


@dataclass(frozen=True, slots=True)
class Row:
    """One program, explored both ways."""

    name: str
    tasks: int
    operations: int
    faults: int
    reduced: int
    cut: int
    """Of the runs with reduction, those that were ended early."""
    all: int
    """Runs without reduction."""
    outcomes: int
    findings: int
    same: bool
    """Whether reduction left out no outcome and no finding, and made none up."""


@dataclass(slots=True)
class Explored:
    """What one exploration showed."""

    runs: int
    cut: int
    results: set[str]
    findings: set[tuple[str, str]]


def rows(paths: Iterable[str], where: str | None, every: Bounds) -> Iterable[Row]:
    """Explore each program both ways; everything that is verified is imported here."""
    ledger = Ledger()
    addresses = {path: where or _target_word(path) for path in paths}
    packages = {address: package_at(address) for address in addresses.values()}
    Instrumented(ledger, sorted(set(packages.values()))).install()
    from fuzz.people.address import target_at  # noqa: PLC0415 - it imports what is rewritten
    from fuzz.people.source import read_case  # noqa: PLC0415 - it imports what is rewritten
    from fuzz.program.case import bare  # noqa: PLC0415

    for path, address in addresses.items():
        target = target_at(address)
        case = bare(read_case(Path(path), {target.name: target}))
        case = replace(case, faults=(), switches=(), schedule=None, injections=())
        yield _row(Path(path).stem, target, case, (every, ledger))


def _row(name: str, target: Target, case: Case, how: tuple[Bounds, Ledger]) -> Row:
    bounds, ledger = how
    few = _explored(target, case, ledger, replace(bounds, reduced=True, preemptions=None))
    every = _explored(target, case, ledger, bounds)
    seen, there = (few.results, few.findings), (every.results, every.findings)
    left_out = not (every.results <= few.results and every.findings <= few.findings)
    return Row(
        name=name,
        tasks=len(case.programs),
        operations=case.size,
        faults=bounds.faults,
        reduced=few.runs,
        cut=few.cut,
        all=every.runs,
        outcomes=len(every.results),
        findings=len(every.findings),
        same=seen == there if bounds.preemptions is None else not left_out,
    )


def _explored(target: Target, case: Case, ledger: Ledger, bounds: Bounds) -> Explored:
    """Explore a program to the end, anew whenever a container turns out to have an order."""
    from fuzz.verify.run import Subject  # noqa: PLC0415 - as above
    from fuzz.verify.search import Search  # noqa: PLC0415

    subject = Subject(target, case, bounds, Space())
    ledger.ordered = set()
    while True:
        ledger.minded = set()
        seen_all = Explored(0, 0, set(), set())
        for seen in Search(subject, ledger).runs():
            seen_all.runs += 1
            seen_all.cut += seen.cut
            if not seen.cut:
                seen_all.results.add(seen.result)
            seen_all.findings.update(finding.identity for finding in seen.findings)
            if ledger.minded - ledger.ordered or seen_all.runs > RUNS_MAX:
                break
        if not ledger.minded - ledger.ordered:
            return seen_all
        ledger.ordered |= ledger.minded


def _target_word(path: str) -> str:
    for line in Path(path).read_text().splitlines():
        if line.startswith("target "):
            return line.split()[1]
    raise SystemExit(f"{path}: a case has a line `target`")


HEADS: Final = (
    *("program", "tasks", "operations", "faults", "runs, reduced", "of these cut"),
    *("runs, all", "outcomes", "findings", "same"),
)


def table(measured: Sequence[Row]) -> str:
    """Write rows as a Markdown table."""
    lines = [HEADS, ("---",) * len(HEADS), *map(_cells, measured)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    numbers = (row.tasks, row.operations, row.faults, row.reduced, row.cut, row.all)
    same = "yes" if row.same else "NO"
    return (row.name, *(f"{n:,}" for n in (*numbers, row.outcomes, row.findings)), same)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description="Runs of verifications, with reduction and without."
    )
    parser.add_argument("--target", help="MODULE:NAME of a target that is not installed")
    parser.add_argument("--faults", type=int, default=1)
    parser.add_argument(
        "--preemptions", type=int, help="without reduction, no more than this in a run"
    )
    parser.add_argument("cases", nargs="+")
    asked: Any = parser.parse_args(arguments)
    every = Bounds(faults=asked.faults, preemptions=asked.preemptions, reduced=False)
    measured = list(rows(asked.cases, asked.target, every))
    sys.stdout.write(table(measured) + "\n")
    return 0 if all(row.same for row in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
