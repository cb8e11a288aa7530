"""A triage as a table: rows for a terminal, and Markdown for a mail or a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.keep.files import one_line
from fuzz.people.reports.explain import case_lines
from fuzz.people.reports.sentences import closing_sentences
from fuzz.people.text import counted, plain, table, wrapped
from fuzz.people.triage.forms.words import borders, closed_by, kernels_of, summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fuzz.people.triage.triaged import Group, Triaged

HEADS: Final = ("harm", "state", "what", "where", "kernels", "closed by", "cases")


def rows(triaged: Triaged) -> Iterator[list[str]]:
    """Yield a row for each bug, worst first."""
    for group in triaged.groups:
        yield [
            group.harm.value,
            group.state.value,
            group.kind,
            group.place or "-",
            kernels_of(group.lives),
            closed_by(group.lives),
            str(len(group.members)),
        ]


def triaged_markdown(triaged: Triaged) -> str:
    """Write a triage as Markdown, 80 columns wide."""
    lines = ["# Triage", "", *wrapped(f"{summary(triaged)}."), ""]
    if triaged.groups:
        lines += [*table(("bug", "harm", "state", "kernels"), list(_short_rows(triaged))), ""]
    for group in triaged.groups:
        lines += _section(group)
    if triaged.notes:
        lines += ["## Not looked at", "", *_list(triaged.notes), ""]
    return "\n".join(lines)


def _short_rows(triaged: Triaged) -> Iterator[list[str]]:
    for group in triaged.groups:
        kernels = kernels_of(group.lives)
        yield [group.signature, group.harm.value, group.state.value, kernels]


def _section(group: Group) -> Iterator[str]:
    yield f"## {plain(group.signature)}"
    yield ""
    yield from wrapped(f"{group.title}. Harm: **{group.harm.value}**. State: {group.state.value}.")
    yield ""
    if group.finding is not None and group.finding.demonstrated:
        yield from _list(group.finding.demonstrated)
        yield ""
    if group.also:
        yield from wrapped(f"In other interleavings it shows {', '.join(group.also)}.")
        yield ""
    if group.lives is not None:
        kernel = group.members[0].case.kernel
        yield from _list(
            [*borders(group.lives.affected), *closing_sentences(group.lives.closing, kernel)]
        )
        yield ""
    if group.members:
        yield f"{counted(len(group.members), 'case')}:"
        yield ""
        yield from _list(_members(group))
        yield ""
    if group.finding is not None:
        yield from ("```text", *case_lines(group.members[0].case), "```", "")


def _members(group: Group) -> Iterator[str]:
    for member in group.members:
        shown = ", ".join(finding.signature for finding in member.outcome.findings) or "nothing"
        flaky = "; ITS RUNS DIFFER" if member.flaky else ""
        yield f"`{one_line(member.given.path)}` shows {shown}{flaky}"


def _list(sentences: Iterable[str]) -> list[str]:
    return [line for text in sentences for line in wrapped(f"* {text}", hanging=2)]
