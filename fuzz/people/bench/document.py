"""The document: what was measured, in Markdown, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.people.bench.aims import AIMS, MISSED, aim_rows, aims_of, missed_rows
from fuzz.people.bench.canaries import DETECTED, REACHED, STAGES, TRIGGERED
from fuzz.people.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.people.bench.analysis import Analysis, Cell, Contest
    from fuzz.people.bench.circumstances import Circumstances
    from fuzz.people.bench.statistics import Estimate

MEANINGS: Final = """\
An execution is one run of one case.
A time is the number of executions until a bug is detected; a trial that ended without it is censored at the budget.
*Mean* is the restricted mean: executions spent until then, at most the budget.
*A12* is the probability that {first} is sooner than the other searcher, ties as half; 0.5 is no difference.
Intervals have 95 %; p-values are of the log-rank test, corrected by Holm for the number of bugs; `+` and `-` say that {first} is sooner or later and p < 0.05.
`docs/bench.md` says what reached, triggered and detected mean exactly."""  # noqa: E501 - one sentence a line
DEPTH: Final = """\
The *depth* of a bug is how few faults and switches show it on its ground: an upper bound, computed from known cases.
Depth 0 needs a program only; a switch is one deviation from the default order of tasks.
Executions are compared by the geometric mean of restricted means over all bugs, which the budget keeps small."""  # noqa: E501 - likewise


def document(analysis: Analysis, how: Circumstances, pictures: Sequence[str]) -> str:
    """Write a document that shows pictures, which lie beside it."""
    parts = [
        "# Searchers on known bugs",
        "\n".join(_opening(analysis, how)),
        MEANINGS.format(first=analysis.searchers[0]),
        *_aims(analysis),
        "## Searchers",
        _table(_SCORES, list(_scores(analysis))),
        *(f"![{name.rpartition('.')[0]}]({name})" for name in pictures),
        "## Executions to detection",
        "Median, and in how many trials it was detected where that was not each of them.",
        _table(("bug", "depth", *analysis.searchers), list(_medians(analysis))),
        f"## How {analysis.searchers[0]} comes to a bug",
        _table(_STAGES, list(_stages(analysis))),
        *_contests(analysis),
        "## Grounds",
        _table(("ground", "settings", "bugs"), list(_grounds(analysis))),
    ]
    return "\n\n".join(parts) + "\n"


def summary(analysis: Analysis) -> Iterator[str]:
    """Write the table of searchers for a terminal."""
    yield from _table(_SCORES, list(_scores(analysis))).splitlines()


_SCORES: Final = (
    "searcher",
    "detected",
    "bugs in each trial",
    "bugs in some",
    "executions, times the first",
    "first or tied",
    "first sooner / later",
    "executions a CPU second",
)
_STAGES: Final = ("bug", REACHED, TRIGGERED, DETECTED, "CPU seconds", "mean")


def _opening(analysis: Analysis, how: Circumstances) -> Iterator[str]:
    plan = analysis.plan
    yield f"`{how.command}`, {how.date}, {how.machine}, {how.software}."
    yield (
        f"{counted(plan.trials, 'trial')} of {counted(len(plan.searchers), 'searcher')} "
        f"on {counted(len(plan.grounds), 'ground')}, at most {plan.budget:,} executions each, "
        f"for {counted(len(analysis.bugs), 'bug')}."
    )


def _aims(analysis: Analysis) -> Iterator[str]:
    aims = aims_of(analysis)
    first = analysis.searchers[0]
    yield f"## What {first} came to"
    yield DEPTH
    yield _table(AIMS, aim_rows(analysis, aims))
    if aims.missed:
        yield f"Bugs that some trial of {first} did not detect, and in how many it came how far:"
        yield _table(MISSED, missed_rows(aims))


def _scores(analysis: Analysis) -> Iterator[Sequence[str]]:
    for number, searcher in enumerate(analysis.searchers):
        score = analysis.scores[searcher]
        others = (f"{score.tied:.0%}", f"{score.sooner} / {score.later}") if number else ("", "")
        yield (
            searcher,
            f"{score.found / score.pairs:.1%}" if score.pairs else "-",
            f"{score.always} of {len(analysis.bugs)}",
            f"{score.sometimes} of {len(analysis.bugs)}",
            f"{score.factor:.2f}",
            *others,
            f"{score.rate:,.0f}",
        )


def _medians(analysis: Analysis) -> Iterator[Sequence[str]]:
    depths = dict(analysis.plan.depths)
    for bug in analysis.bugs:
        cells = [analysis.cells[bug, searcher] for searcher in analysis.searchers]
        yield bug, str(depths.get(bug, "-")), *(_median(cell) for cell in cells)


def _stages(analysis: Analysis) -> Iterator[Sequence[str]]:
    for bug in analysis.bugs:
        cell = analysis.cells[bug, analysis.searchers[0]]
        seconds = cell.seconds[DETECTED]
        yield (
            bug,
            *(_median(cell, stage) for stage in STAGES),
            "-" if seconds is None else f"{seconds:.1f}",
            _estimate(cell.mean, ",.0f"),
        )


def _contests(analysis: Analysis) -> Iterator[str]:
    first, *others = analysis.searchers
    if not others:
        return
    yield f"## {first} against the others"
    yield f"A12 of {first}, with its interval, and the corrected p."
    rows = [
        (bug, *(_contest(analysis.contests[bug, other]) for other in others))
        for bug in analysis.bugs
    ]
    yield _table(("bug", *others), rows)


def _grounds(analysis: Analysis) -> Iterator[Sequence[str]]:
    for ground in analysis.plan.grounds:
        settings = " ".join(f"`{name}={text}`" for name, text in ground.settings)
        yield ground.name, settings, ", ".join(ground.bugs)


def _median(cell: Cell, stage: str = DETECTED) -> str:
    value = cell.median(stage)
    times = cell.times[stage]
    share = f" ({len(times.seen)}/{times.trials})" if times.censored else ""
    return f"{'-' if value is None else f'{value:,.0f}'}{share}"


def _estimate(estimate: Estimate, form: str) -> str:
    low, high = format(estimate.low, form), format(estimate.high, form)
    return f"{format(estimate.value, form)} [{low}, {high}]"


def _contest(contest: Contest) -> str:
    p = "p < 0.001" if contest.p < 0.001 else f"p = {contest.p:.3f}"  # noqa: PLR2004 - as is usual
    return f"{_estimate(contest.a12, '.2f')} {p} {contest.verdict}".rstrip()


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table of Markdown, whose columns are as wide as they have to be."""
    cells = [[text.replace("|", "\\|") for text in row] for row in (heads, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    return "\n".join(f"| {' | '.join(map(str.ljust, row, widths))} |" for row in cells)
