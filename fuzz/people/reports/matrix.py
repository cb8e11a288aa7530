"""Matrices: what a case shows on every kernel of its target, under every design."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fuzz.people.asking import DESIGN, designs_of, refused
from fuzz.program.case import with_settings
from fuzz.program.execute import execute

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding

Outcomes = dict[tuple[str, str], "Outcome | None"]
"""By kernel and design; None where the kernel cannot have the design."""

YES: Final = "YES"
CLEAN: Final = "-"
ELSEWHERE: Final = "(-)"
IMPOSSIBLE: Final = "n/a"
NEVER_CAME: Final = "clean, but the run never came to all faults and switches of the case"
NONE: Final = "this kernel cannot have this design"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: heads, rows, and what its signs mean."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Matrix:
    """One case, run on all kernels and designs of its target."""

    kernels: tuple[str, ...]
    designs: tuple[str, ...]
    """Empty text when the target has no designs."""
    outcomes: Mapping[tuple[str, str], Outcome | None]


def shows(outcome: Outcome, finding: Finding) -> bool:
    """Whether a run shows a finding, wherever and however it came about."""
    return any(found.identity == finding.identity for found in outcome.findings)


def run_everywhere(target: Target, case: Case) -> Matrix:
    """Run a case on all kernels of its target, with all designs that each of them can have."""
    designs = designs_of(target) or ("",)
    outcomes: Outcomes = {}
    for kernel in target.kernels:
        for design in designs:
            settings = ((DESIGN, design),) if design else ()
            variant = with_settings(replace(case, kernel=kernel), settings)
            possible = not refused(target, variant)
            outcomes[kernel, design] = execute(target, variant) if possible else None
    return Matrix(target.kernels, designs, outcomes)


def kernels_grid(matrix: Matrix, finding: Finding) -> Grid:
    """Say which kernels show a finding, and what the others show."""
    others: dict[tuple[str, ...], str] = {}
    rows = tuple(
        (kernel, *(_cell(matrix.outcomes[kernel, d], finding, others) for d in matrix.designs))
        for kernel in matrix.kernels
    )
    used = {cell for row in rows for part in row[1:] for cell in part.split()}
    known = ((YES, "this finding"), (CLEAN, "clean"), (ELSEWHERE, NEVER_CAME), (IMPOSSIBLE, NONE))
    legend = [
        *((sign, meaning) for sign, meaning in known if sign in used or sign == YES),
        *((letter, f"{kind} in {place}") for (kind, place), letter in others.items()),
    ]
    return Grid(_heads("kernel", matrix.designs, "shows"), rows, tuple(legend))


def _heads(first: str, designs: Sequence[str], plain: str) -> tuple[str, ...]:
    """Head a column with each design; `plain` heads the only one when there are no designs."""
    return (f"{first} \\ {DESIGN}", *designs) if any(designs) else (first, plain)


def _cell(outcome: Outcome | None, finding: Finding, others: dict[tuple[str, ...], str]) -> str:
    if outcome is None:
        return IMPOSSIBLE
    marks: list[str] = []
    for found in outcome.findings:
        if found.identity == finding.identity:
            marks.insert(0, YES)
        else:
            marks.append(others.setdefault(found.identity, _letter(len(others))))
    return " ".join(marks) or (ELSEWHERE if outcome.unreached else CLEAN)


def _letter(number: int) -> str:
    """Name the n-th other finding: a, b, ... z, a1, b1, ..."""
    turn, letter = divmod(number, 26)
    return chr(ord("a") + letter) + (str(turn) if turn else "")


def counters_grid(matrix: Matrix, case: Case) -> Grid:
    """Say what the run cost on the case's own kernel, one column a design."""
    runs = {d: run for d in matrix.designs if (run := matrix.outcomes[case.kernel, d]) is not None}
    names = dict.fromkeys(name for run in runs.values() for name in sorted(run.counters))
    rows = [
        (name, *(str(run.counters.get(name, 0)) for run in runs.values()))
        for name in names
        if any(run.counters.get(name) for run in runs.values())
    ]
    rows.append(("points passed", *(str(run.steps) for run in runs.values())))
    return Grid(_heads("counter", list(runs), "value"), tuple(rows))
