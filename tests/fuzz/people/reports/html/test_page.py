"""HTML reports: well formed, complete without scripts or network, whatever the texts are."""

from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from fuzz.people.reports.explain import explain
from fuzz.people.reports.html.page import report_html
from fuzz.people.reports.photographs import Photographs
from fuzz.people.reports.report import Report
from fuzz.program.case import Case
from fuzz.program.demonstrate import demonstrate
from fuzz.program.execute import execute
from fuzz.search.hypothesis_cases import cases
from fuzz.values.picture import Cell, Link, Picture, Shelf
from tests.fuzz.people.toys import LOST, TARGETS, case_of

EMPTY: Final = frozenset({"meta", "br"})
HOSTILE: Final = """<script>alert("1")</script>&'`{{ 7 * 7 }}]]>--><svg onload='x'>\x00\ud800"""


class Page(HTMLParser):
    """Checks that every element is closed, and remembers what there is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def values(self, name: str) -> list[str]:
        return [value or "" for key, value in self.attributes if key == name]


@dataclass(frozen=True)
class Reported:
    report: Report
    page: Page


def reported(case: Case) -> Reported:
    target = TARGETS[case.target]
    outcome = execute(target, case)
    report = explain(target, case, outcome, demonstrate(target, case, outcome.findings[0]))
    return Reported(report, Page(report_html(report)))


def check(page: Page) -> None:
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert [href for href in page.values("href") if href.removeprefix("#") not in ids] == []
    assert [key for key, _ in page.attributes if key.startswith("on") or key == "src"] == []
    assert not {"script", "iframe", "object", "link", "img", "base"} & set(page.tags)


@given(cases(TARGETS["depot"]))
def test_a_report_is_well_formed_and_every_link_leads_somewhere(case: Case) -> None:
    target = TARGETS["depot"]
    outcome = execute(target, case)
    for finding in outcome.findings[:1]:
        check(Page(report_html(explain(target, case, outcome, demonstrate(target, case, finding)))))


def test_the_drawing_has_the_same_steps_as_the_table() -> None:
    page = reported(case_of(LOST)).page
    stops = [value for value in page.values("aria-label") if value.startswith("Step ")]
    assert stops[1:3] == [
        "Step 5, A, switch: switch to B before counter.write",
        "Step 6, B: > add amount=2",
    ]
    assert [f"#s{label.split()[1].strip(',')}" for label in stops] == [
        href for href in page.values("href") if href.startswith("#s")
    ]


TEXTS: Final = st.text(max_size=60) | st.sampled_from([HOSTILE, "x" * 300, "漢" * 90, "a\nb\tc"])


@given(st.lists(TEXTS, min_size=8, max_size=8))
def test_hostile_texts_stay_texts(texts: list[str]) -> None:
    plain = reported(case_of(LOST))
    title, detail, name, line, damage, end, shelf, step = texts
    cell = Cell(name or "cell", (line,), damage=damage)
    picture = Picture((Shelf(shelf, (cell,)),), (Link(cell.name, f"to {end}", line, damage),))
    rows = tuple(replace(row, text=row.text + step) for row in plain.report.timeline.rows)
    hostile = replace(
        plain.report,
        title=title,
        detail=detail,
        demonstrated=(step,),
        timeline=replace(plain.report.timeline, rows=rows),
        photographs=Photographs(picture, picture, 1, "A"),
    )
    page = Page(report_html(hostile))
    check(page)
    assert page.tags.count("style") == 1
    assert page.tags.count("svg") == 3


def test_what_no_file_may_hold_is_replaced() -> None:
    report = replace(reported(case_of(LOST)).report, title="a\x00b\ud800c")
    text = report_html(report)
    assert text.encode().count("a\ufffdb\ufffdc".encode()) == 2
