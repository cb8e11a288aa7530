"""Reports: one Markdown file that a developer would mail, the same bytes every time.

The first line says which faults were injected: a reader decides by it whether to go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.people.reports.markdown.timeline import timeline
from fuzz.people.reports.matrix import counters_table, kernels_table, run_everywhere
from fuzz.people.reports.telling.story import tell_story
from fuzz.people.text import WIDTH, plain, wrapped
from fuzz.people.words import WHO_CARES, injected
from fuzz.program.text import case_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding


def report_markdown(
    target: Target, case: Case, outcome: Outcome, finding: Finding, file: str = "minimal.case"
) -> str:
    """Report a finding of a case's outcome; `file` is what the reader will run."""
    again, story = tell_story(target, case)
    assert again.digest == outcome.digest, "a run that is watched is the same run"
    matrix = run_everywhere(target, case)
    parts = [
        *wrapped(injected(outcome.faults)),
        "",
        *_head(target, case, finding, outcome),
        *_section("Affected kernels", kernels_table(matrix, finding)),
        *_section("Case", _code(case_lines(case))),
        *_section("What happens", _code(timeline(story, outcome).splitlines())),
        *_section("Counters", counters_table(matrix, case)),
        *_section("How to reproduce", _code([f"swapstorm run {file}", f"swapstorm show {file}"])),
    ]
    return "\n".join(parts) + "\n"


def _head(target: Target, case: Case, finding: Finding, outcome: Outcome) -> Iterator[str]:
    title = wrapped(finding.title)
    yield from title
    yield "=" * max(map(len, title))
    yield ""
    yield from wrapped(f"Harm: **{finding.harm.value}**. {WHO_CARES[finding.harm]}")
    yield ""
    who = f"task {finding.task}" if finding.task in _tasks_of(outcome) else "the end of the run"
    yield from wrapped(
        f"Found in `{finding.place}` ({who}), kernel {case.kernel}, target {target.name}: "
        f"{target.sentence}."
    )
    if finding.detail:
        yield ""
        yield from wrapped(f"Detail: {finding.detail.rstrip('.')}.")
    others = [other for other in outcome.findings if other.identity != finding.identity]
    if others:
        yield ""
        yield "The same run shows:"
        yield ""
    for other in others:
        yield from wrapped(f"* {other.title} ({other.harm.value})", hanging=2)


def _tasks_of(outcome: Outcome) -> list[str]:
    return list(dict.fromkeys(task.name for task, _, _, _ in outcome.trace))


def _section(title: str, lines: list[str]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield from lines


def _code(lines: list[str]) -> list[str]:
    return ["```text", *lines, "```"]


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
