"""`swapstorm show`: the timeline of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fuzz.people.asking import case_on
from fuzz.people.commands.options import CASE, DESIGN, KERNEL
from fuzz.people.divergence import diverged
from fuzz.people.errors import UserError, in_file
from fuzz.people.output import Status, say
from fuzz.people.reports.markdown.timeline import timeline_text
from fuzz.people.reports.telling.story import tell_story
from fuzz.people.reports.telling.timeline import timeline_of
from fuzz.people.source import read_case
from fuzz.people.text import wrapped
from fuzz.people.verdict import judge
from fuzz.people.words import expected, injected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target


@click.command()
@CASE
@KERNEL
@DESIGN
@click.option("--points", is_flag=True, help="List every visit, to anchor faults and switches.")
@click.pass_obj
def show(
    targets: Mapping[str, Target],
    path: Path,
    kernel: str | None,
    design: str | None,
    *,
    points: bool,
) -> Status:
    """Show what happens in a case: one column a task, time goes down."""
    case = read_case(path, targets)
    target = targets[case.target]
    try:
        case = case_on(target, case, kernel, design)
    except UserError as error:
        raise in_file(path, error) from None
    outcome, story = tell_story(target, case)
    if points:
        for line in visits(outcome):
            say(line)
        return Status.GOOD
    say(
        "\n".join(
            [*wrapped(injected(outcome.faults)), "", timeline_text(timeline_of(story, outcome))]
        ).rstrip()
    )
    for anchored in outcome.unreached:
        say(f"unreached: {anchored}")
    for line in missing(target, case):
        say(line)
    return Status.GOOD


def missing(target: Target, case: Case) -> Iterator[str]:
    """Say which expected findings are not there, and where the run left the way to them."""
    for check in judge(target, case, kernel=case.kernel).checked:
        if not check.holds and check.expectation.kind:
            yield f"missing: {expected(check.expectation)}"
            yield from diverged(target, check.case, check.expectation).lines


def visits(outcome: Outcome) -> Iterator[str]:
    """Write each visit of a run as a case anchors it, with what it is, and what may fail there."""
    anchors = [f"{task.name} {point.name}#{visit}" for task, point, visit, _ in outcome.trace]
    width = max(map(len, anchors), default=0)
    for anchor, (_, point, _, _) in zip(anchors, outcome.trace, strict=True):
        failing = f" [{' '.join(point.faults)}]" if point.faults else ""
        yield f"{anchor:{width}}  {point.sentence}{failing}"
