"""`swapstorm run`: does each case show what it says it shows?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from fuzz.people.commands.options import CASES, DESIGN, JSON, KERNEL, WITHOUT_SANITIZER
from fuzz.people.errors import UserError, in_file
from fuzz.people.output import Status, complain, on_terminal, say, show_table
from fuzz.people.source import read_case
from fuzz.people.text import counted
from fuzz.people.verdict import as_json as verdict_json
from fuzz.people.verdict import explained, judge
from fuzz.people.words import shown
from fuzz.program.target import CannotRun
from fuzz.values.sanitizers import all_without

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from fuzz.people.verdict import Verdict
    from fuzz.program.target import Target
    from fuzz.values.sanitizers import Sanitizers


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options say."""

    kernel: str | None
    design: str | None
    sanitizers: Sanitizers


@click.command()
@CASES
@KERNEL
@DESIGN
@WITHOUT_SANITIZER
@JSON
@click.pass_obj
def run(
    targets: Mapping[str, Target],
    paths: tuple[Path, ...],
    *,
    as_json: bool,
    **options: Any,
) -> Status:
    """Run cases; exit 0 when every `expect` line (or, without one, cleanliness) holds.

    Exit 1 when a finding says otherwise, 2 for a bad case or bad usage.
    """
    asked = Asked(options["kernel"], options["design"], all_without(*options["without"]))
    worst = Status.GOOD
    shown_later: list[tuple[str, Verdict]] = []
    for path in paths:
        name = click.format_filename(path)
        try:
            verdict = _judged(targets, path, asked)
        except UserError as error:
            complain(error)
            worst = Status.MISUSED
            continue
        worst = max(worst, Status.GOOD if verdict.holds else Status.FAILED)
        if as_json:
            say(json.dumps(verdict_json(verdict, name)))
        elif on_terminal():
            shown_later.append((name, verdict))
        else:
            _say_plainly(name, verdict)
    if shown_later:
        show_table(["case", "kernel", "", "shows", "steps"], _table(shown_later))
    return worst


def _judged(targets: Mapping[str, Target], path: Path, asked: Asked) -> Verdict:
    case = read_case(path, targets)
    target = targets[case.target]
    kernel, design, sanitizers = asked.kernel, asked.design, asked.sanitizers
    try:
        verdict = judge(target, case, kernel=kernel, design=design, sanitizers=sanitizers)
        return explained(target, verdict, sanitizers)
    except (UserError, CannotRun) as error:
        raise in_file(path, error) from None


def _say_plainly(name: str, verdict: Verdict) -> None:
    word = "ok" if verdict.holds else "FAILED"
    say(f"{name}: kernel {verdict.case.kernel}: {word}: {shown(verdict.outcome.findings)}")
    for line in _details(verdict):
        say(f"  {line}")


def _details(verdict: Verdict) -> Iterator[str]:
    for finding in verdict.findings:
        yield f"{finding.harm.value}: {finding.title}"
        yield from (f"  {step}" for step in finding.demonstrated)
    for check in verdict.checked:
        if not check.holds:
            yield check.complaint
        if check.divergence is not None:
            yield from (f"  {line}" for line in check.divergence.lines)
    for anchored in verdict.outcome.unreached:
        yield f"unreached: {anchored}"


def _table(verdicts: Iterable[tuple[str, Verdict]]) -> Iterator[list[str]]:
    for name, verdict in verdicts:
        held = sum(check.holds for check in verdict.checked)
        word = "ok" if verdict.holds else "FAILED"
        if verdict.checked:
            word += f" ({held} of {counted(len(verdict.checked), 'expectation')})"
        lines = [shown(verdict.outcome.findings), *_details(verdict)]
        yield [name, verdict.case.kernel, word, "\n".join(lines), str(verdict.outcome.steps)]
