"""Comparisons as tables for people, and as JSON for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from fuzz.people.comparisons.lock_meter import LockCost
from fuzz.people.comparisons.variant import what_all_have
from fuzz.people.text import counted
from fuzz.values.finding import Harm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.people.comparisons.comparison import Column

Rows: TypeAlias = list[list[str]]

NOBODY: Final = "-"
"""No case does it, or no task takes it."""
IMPOSSIBLE: Final = "n/a"


def heads(first: str, columns: Sequence[Column]) -> list[str]:
    """Head a table: its topic, then the variants."""
    return [first, *(column.variant.title for column in columns)]


def finding_rows(columns: Sequence[Column]) -> Rows:
    """Count cases: how many ran, how many were clean, and how many do each harm, worst first."""
    rows = [["cases", *(str(column.ran) if column.ran else IMPOSSIBLE for column in columns)]]
    rows.append(["clean", *(_cell(column, str(column.clean or NOBODY)) for column in columns)])
    for harm in Harm:
        rows += _counts(harm.value, columns, [column.harms[harm] for column in columns])
        for kind in sorted({k for column in columns for h, k in column.kinds if h is harm}):
            counts = [column.kinds[harm, kind] for column in columns]
            rows += _counts(f"- {kind}", columns, counts)
    rows += _counts("unreached", columns, [column.unreached for column in columns])
    rows += _counts("cut short", columns, [column.cut_short for column in columns])
    return rows


def _counts(name: str, columns: Sequence[Column], counts: Sequence[int]) -> Rows:
    """Write a row if there is anything in it."""
    if not any(counts):
        return []
    shown = zip(columns, counts, strict=True)
    return [[name, *(_cell(column, str(count or NOBODY)) for column, count in shown)]]


def cost_rows(columns: Sequence[Column]) -> Rows:
    """Write the counters that anything was counted by, the highest peaks, and the points passed."""
    rows: Rows = []
    for name in sorted({name for column in columns for name in column.counters}):
        if any(column.counters[name] for column in columns):
            rows.append([name, *(_cell(column, str(column.counters[name])) for column in columns)])
        if any(column.peaks[name] for column in columns):
            highest = [_cell(column, str(column.peaks[name])) for column in columns]
            rows.append([f"{name}, highest", *highest])
    rows.append(["points passed", *(_cell(column, str(column.steps)) for column in columns)])
    return rows


def lock_rows(columns: Sequence[Column]) -> Rows:
    """Write the cost of all locks together, then of each kind that does not cost the same."""
    rows = [["all", *(_cell(column, _lock(column.all_locks)) for column in columns)]]
    for name in sorted({name for column in columns for name in column.locks}):
        costs = [column.locks.get(name, LockCost()) for column in columns]
        shown = list(zip(columns, costs, strict=True))
        if len({cost for column, cost in shown if column.ran}) > 1:
            rows.append([name, *(_cell(column, _lock(cost)) for column, cost in shown)])
    return rows


def _cell(column: Column, text: str) -> str:
    """Leave a column empty in which nothing ran; its first row has said so."""
    return text if column.ran else ""


def _lock(cost: LockCost) -> str:
    return f"{cost.taken} {cost.held} {cost.longest}" if cost.taken else NOBODY


def notes(columns: Sequence[Column]) -> Iterator[str]:
    """Say once what all columns have, and what could not be run, and why."""
    if same := what_all_have([column.variant for column in columns]):
        yield f"Everywhere: {same}."
    for column in columns:
        for reason, cases in column.impossible.items():
            of = f" ({cases} of {counted(cases + column.ran, 'case')})" if column.ran else ""
            yield f"{IMPOSSIBLE}: {column.variant.title}{of}: {reason}."


def as_json(columns: Sequence[Column], cases: Sequence[str]) -> dict[str, Any]:
    """Return what scripts rely on; keys are only ever added."""
    return {"cases": list(cases), "variants": [_column_json(column) for column in columns]}


def _column_json(column: Column) -> dict[str, Any]:
    return {
        "title": column.variant.title,
        "kernel": column.variant.kernel,
        "settings": dict(column.variant.settings),
        "ran": column.ran,
        "clean": column.clean,
        "unreached": column.unreached,
        "cut_short": column.cut_short,
        "impossible": dict(column.impossible),
        "harms": {harm.value: column.harms[harm] for harm in Harm if column.harms[harm]},
        "kinds": {kind: count for (_, kind), count in sorted(column.kinds.items(), key=_by_harm)},
        "steps": column.steps,
        "counters": dict(sorted(column.counters.items())),
        "highest": dict(sorted(column.peaks.items())),
        "locks": {
            name: {"taken": cost.taken, "held": cost.held, "longest": cost.longest}
            for name, cost in sorted(column.locks.items())
        },
    }


def _by_harm(counted_kind: tuple[tuple[Harm, str], int]) -> tuple[int, str]:
    (harm, kind), _ = counted_kind
    return harm.rank, kind
