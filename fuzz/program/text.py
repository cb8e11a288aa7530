"""Cases as text: the only stored form.

`case_text` and `parse_case` are inverse to each other: lines have one order, and what has its
default is left out. Comments stay before the line that they stood before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.reader import Reader
from fuzz.program.reading import CaseError, read_lines
from fuzz.program.schedule_line import schedule_line
from fuzz.world.faults import attributes_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.program.case import Case, Expectation
    from fuzz.program.target import Target

CASE_BYTES_MAX: Final = 1_000_000
"""A case that a person can read is a thousandth of this."""


def case_text(case: Case) -> str:
    """Write a case; `parse_case` reads an equal one back."""
    body = list(_body_lines(case))
    for before, comment in reversed(case.comments):
        body.insert(before, comment)
    return "\n".join(body) + "\n"


def parse_case(text: str | bytes, targets: Mapping[str, Target]) -> Case:
    """Read a case; CaseError says where something else was expected, and what."""
    if len(text) > CASE_BYTES_MAX:
        raise CaseError(1, 1, f"a case of at most {CASE_BYTES_MAX:,} bytes, not {len(text):,}")
    lines, comments = read_lines(text)
    return Reader(lines, comments, targets).case()


def _body_lines(case: Case) -> Iterator[str]:
    yield f"target {case.target}"
    yield f"kernel {case.kernel}"
    if case.settings:
        yield "config " + _pairs_text(case.settings)
    for program in case.programs:
        yield f"task {program.name}"
        yield from (f"  {operation}" for operation in program.operations)
    yield from map(str, case.faults)
    yield from map(str, case.switches)
    if case.schedule:
        yield schedule_line(case.schedule)
    for injection in case.injections:
        yield f"inject seed={injection.seed} {attributes_text(injection.attributes)}"
    yield from map(_expectation_text, case.expectations)
    if case.status:
        yield f"status {case.status.value}"


def _expectation_text(expectation: Expectation) -> str:
    shown = (expectation.kind or "clean", expectation.place)
    words = ("expect", expectation.kernel, _pairs_text(expectation.settings), *shown)
    return " ".join(filter(None, words))


def _pairs_text(settings: tuple[tuple[str, str], ...]) -> str:
    return " ".join(f"{name}={text}" for name, text in settings)
