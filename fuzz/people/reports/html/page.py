"""Reports as HTML: one file, every text escaped, the drawings in SVG with the same in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from fuzz.people.reports.html.drawn_picture import draw_picture
from fuzz.people.reports.html.drawn_timeline import draw_timeline
from fuzz.people.reports.matrix import CLEAN, ELSEWHERE, IMPOSSIBLE, YES
from fuzz.people.reports.sentences import closing_sentences, moment_of_damage
from fuzz.people.reports.telling.choosing import in_short
from fuzz.people.reports.telling.row import LEGEND

if TYPE_CHECKING:
    from fuzz.people.reports.matrix import Grid
    from fuzz.people.reports.report import Report

TEMPLATE: Final = "report.html.jinja"

UNPRINTABLE: Final = "�"


@dataclass(frozen=True, slots=True)
class Sign:
    """One cell of the table of kernels."""

    main: str
    others: str
    look: str


def report_html(report: Report) -> str:
    """Write a report as one file."""
    photographs = report.photographs
    changed = photographs.changed if photographs is not None else frozenset[str]()
    page = _environment().get_template(TEMPLATE)
    text = page.render(
        report=report,
        drawing=draw_timeline(report.timeline),
        before=draw_picture(photographs.before) if photographs is not None else None,
        after=draw_picture(photographs.after, changed) if photographs is not None else None,
        moment=moment_of_damage(photographs) if photographs is not None else "",
        closing=closing_sentences(report.closing, report.where.kernel),
        kernels=turned(report.kernels),
        sign=sign_of,
        short=in_short(report.timeline.rows, report.title),
        marks=dict(LEGEND),
    )
    return _printable(text)


@cache
def _environment() -> Environment:
    """Load the templates once; they are constants of this package."""
    return Environment(
        loader=PackageLoader("fuzz.people.reports.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def turned(grid: Grid) -> tuple[tuple[str, ...], ...]:
    """Make columns of rows: many kernels beside each other, few designs below."""
    return tuple(zip(*(grid.heads, *grid.rows), strict=True))


def sign_of(cell: str) -> Sign:
    """Split what a kernel shows into the finding itself and others."""
    looks = {YES: "yes", CLEAN: "clean", ELSEWHERE: "elsewhere", IMPOSSIBLE: "impossible"}
    main, _, others = cell.partition(" ")
    if main in looks:
        return Sign(main, others, looks[main])
    return Sign(cell, "", "other")


def _printable(text: str) -> str:
    """Replace what no HTML file may hold: control characters, and halves of characters."""
    return "".join(c if c in "\n\t" or c.isprintable() else UNPRINTABLE for c in text)
