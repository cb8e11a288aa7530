"""Explaining: from a finding of a case to all that a report says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.people.reports.affected import affected_kernels
from fuzz.people.reports.closing import how_it_closes
from fuzz.people.reports.critical import what_decides
from fuzz.people.reports.matrix import counters_grid, kernels_grid, run_everywhere
from fuzz.people.reports.photographs import take_photographs
from fuzz.people.reports.report import Other, Report, Where
from fuzz.people.reports.telling.rows import Damaged
from fuzz.people.reports.telling.story import tell_story
from fuzz.people.reports.telling.timeline import timeline_of
from fuzz.people.text import WIDTH, plain
from fuzz.people.words import WHO_CARES, injected
from fuzz.program.case import bare, expecting
from fuzz.program.demonstrate import demonstrate
from fuzz.program.text import case_text

if TYPE_CHECKING:
    from fuzz.people.reports.photographs import Photographs
    from fuzz.people.reports.telling.story import Story
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding


def explain(
    target: Target, case: Case, outcome: Outcome, finding: Finding, file: str = "minimal.case"
) -> Report:
    """Explain a finding of a case's outcome, which has been demonstrated.

    `file` is what the reader will run.
    """
    again, story = tell_story(target, case)
    assert again.digest == outcome.digest, "a run that is watched is the same run"
    matrix = run_everywhere(target, case)
    photographs = take_photographs(target, case, finding)
    others = [other for other in outcome.findings if other.identity != finding.identity]
    others = [demonstrate(target, case, other) for other in others]
    return Report(
        title=finding.title,
        harm=finding.harm,
        why=WHO_CARES[finding.harm],
        demonstrated=finding.demonstrated,
        injected=injected(outcome.faults),
        where=_where(target, case, outcome, finding),
        detail=finding.detail,
        others=tuple(Other(other.title, other.harm) for other in others),
        kernels=kernels_grid(matrix, finding),
        affected=affected_kernels(matrix, case, finding),
        closing=how_it_closes(target, case, finding, matrix),
        case=tuple(case_lines(expecting(bare(case), [finding]))),
        decides=what_decides(target, case, outcome, finding),
        timeline=timeline_of(story, outcome, _damaged(story, finding, photographs)),
        photographs=photographs,
        counters=counters_grid(matrix, case),
        commands=(f"swapstorm run {file}", f"swapstorm show {file}"),
    )


def _where(target: Target, case: Case, outcome: Outcome, finding: Finding) -> Where:
    seen = any(task.name == finding.task for task, _, _, _ in outcome.trace)
    task = finding.task if seen else ""
    return Where(" / ".join(finding.places), task, case.kernel, target.name, target.sentence)


def _damaged(story: Story, finding: Finding, photographs: Photographs | None) -> Damaged | None:
    """Say when the damage was done that a judge found only at the end."""
    if photographs is None or not photographs.step or photographs.task == finding.task:
        return None
    what = next(iter(photographs.after.damages), "from here on, something belongs to nobody")
    moments = story.moments
    after = next((n for n, one in enumerate(moments) if one.step > photographs.step), len(moments))
    return Damaged(after, what)


def case_lines(case: Case) -> list[str]:
    """Write a case for reading and pasting: `config` lines, which may be many, are kept short."""
    lines: list[str] = []
    for line in case_text(case).splitlines():
        if line.startswith("config ") and len(line) > WIDTH:
            lines += _split_config(line)
        else:
            lines.append(line if line.isascii() else plain(line))
    return lines


def _split_config(line: str) -> list[str]:
    lines = ["config"]
    for pair in line.split()[1:]:
        if len(lines[-1]) + 1 + len(pair) > WIDTH and lines[-1] != "config":
            lines.append("config")
        lines[-1] += f" {pair}"
    return lines
