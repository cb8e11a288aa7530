"""The record: what was measured, as JSON, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fuzz.people.bench.aims import aims_of
from fuzz.people.bench.statistics import median

if TYPE_CHECKING:
    from fuzz.people.bench.analysis import Analysis, Cell
    from fuzz.people.bench.circumstances import Circumstances


def record(analysis: Analysis, how: Circumstances) -> str:
    """Write everything down; numbers that nobody saw are null."""
    words = {
        **asdict(how),
        "plan": json.loads(analysis.plan.text()),
        "searchers": {name: asdict(score) for name, score in analysis.scores.items()},
        "aims": asdict(aims_of(analysis)),
        "bugs": {bug: _bug(analysis, bug) for bug in analysis.bugs},
    }
    return json.dumps(words, indent=1, sort_keys=True) + "\n"


def _bug(analysis: Analysis, bug: str) -> dict[str, Any]:
    return {
        "ground": analysis.grounds[bug],
        "depth": dict(analysis.plan.depths).get(bug),
        "searchers": {
            searcher: {
                **_cell(analysis.cells[bug, searcher]),
                **_contest(analysis, bug, searcher),
            }
            for searcher in analysis.searchers
        },
    }


def _cell(cell: Cell) -> dict[str, Any]:
    stages = {
        stage: {
            "executions": list(times.seen),
            "censored": times.censored,
            "median": median(times),
            "cpu_seconds": cell.seconds[stage],
        }
        for stage, times in cell.times.items()
    }
    return {**stages, "restricted_mean": asdict(cell.mean)}


def _contest(analysis: Analysis, bug: str, searcher: str) -> dict[str, Any]:
    contest = analysis.contests.get((bug, searcher))
    if contest is None:
        return {}
    return {"a12_of_first": asdict(contest.a12), "p_corrected": contest.p}
