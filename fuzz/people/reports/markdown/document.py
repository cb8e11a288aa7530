"""Reports as one Markdown file that a developer would mail, the same bytes every time.

The first line says which faults were injected: a reader decides by it whether to go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.people.reports.markdown.picture import picture_text
from fuzz.people.reports.markdown.timeline import timeline_text
from fuzz.people.reports.sentences import closing_sentences, found_in, moment_of_damage
from fuzz.people.text import table, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fuzz.people.reports.matrix import Grid
    from fuzz.people.reports.photographs import Photographs
    from fuzz.people.reports.report import Report


def report_markdown(report: Report) -> str:
    """Write a report."""
    parts = [
        *wrapped(report.injected),
        "",
        *_head(report),
        *_section("Affected kernels", _grid(report.kernels)),
        *_section("What closes it", _list(closing_sentences(report.closing, report.where.kernel))),
        *_section("Case", _code(report.case)),
        *(_section("What decides it", _list(report.decides)) if report.decides else ()),
        *_section("What happens", _code(timeline_text(report.timeline).splitlines())),
        *(_state(report.photographs) if report.photographs is not None else ()),
        *_section("Counters", _grid(report.counters)),
        *_section("How to reproduce", _reproducing(report)),
    ]
    return "\n".join(parts) + "\n"


def _head(report: Report) -> Iterator[str]:
    title = wrapped(report.title)
    yield from title
    yield "=" * max(map(len, title))
    yield ""
    yield from wrapped(f"Harm: **{report.harm.value}**. {report.why}")
    if report.demonstrated:
        yield ""
        yield "Demonstrated by going on after the case:"
        yield ""
        yield from _list(report.demonstrated)
    yield ""
    yield from wrapped(found_in(report))
    if report.detail:
        yield ""
        yield from wrapped(f"Detail: {report.detail.rstrip('.')}.")
    if report.others:
        yield ""
        yield "The same run shows:"
        yield ""
        yield from _list(f"{other.title} ({other.harm.value})" for other in report.others)


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield from lines


def _reproducing(report: Report) -> Iterator[str]:
    yield from _code(report.commands)
    if report.reliability is not None:
        yield ""
        yield from wrapped(report.reliability.sentence)


def _code(lines: Iterable[str]) -> list[str]:
    return ["```text", *lines, "```"]


def _list(sentences: Iterable[str]) -> list[str]:
    return [line for text in sentences for line in wrapped(f"* {text}", hanging=2)]


def _grid(grid: Grid) -> list[str]:
    lines = table(grid.heads, grid.rows)
    if grid.legend:
        meanings = " ".join(f"{sign}: {meaning}." for sign, meaning in grid.legend)
        lines += ["", *wrapped(meanings)]
    return lines


def _state(photographs: Photographs) -> Iterator[str]:
    before = picture_text(photographs.before)
    after = picture_text(photographs.after, photographs.changed)
    lines = ["before", "", *before, "", "after", "", *after]
    yield from _section("The state around it", wrapped(moment_of_damage(photographs)))
    yield ""
    yield from _code(line.rstrip() for line in lines)
