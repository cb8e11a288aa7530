"""A case as a Python file that pytest runs: it holds all it needs, but for Swapstorm itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.case import expecting
from fuzz.program.execute import execute
from fuzz.program.exporter import Exporter
from fuzz.program.text import case_text

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.target import Target

TEXT: Final = '''\
"""{title}

Written by `swapstorm export CASE --to pytest`; `pip install swapstorm pytest`, then run pytest.
"""

import pytest

from fuzz.people.catalogue import Catalogue
from fuzz.people.verdict import check, expected_of
from fuzz.people.words import expected
from fuzz.program.text import parse_case

CASE = {case}

TARGETS = Catalogue()
PARSED = parse_case(CASE, TARGETS)
TARGET = TARGETS[PARSED.target]
WANTED = expected_of(TARGET, PARSED)


@pytest.mark.parametrize("wanted", WANTED, ids=[expected(one) for one, _ in WANTED])
def test_the_case_shows_what_it_expects(wanted):
    checked = check(TARGET, *wanted)
    assert checked.holds, checked.complaint
'''


def pytest_file(target: Target, case: Case) -> str:
    """Write the file; a case without expectations expects what it shows now."""
    if not case.expectations:
        case = expecting(case, execute(target, case).findings)
    shown = [
        f"{each.kind} in {each.place or 'any place'}" for each in case.expectations if each.kind
    ]
    title = f"{case.target} of kernel {case.kernel}: {shown[0] if shown else 'clean'}."
    return TEXT.format(title=title, case=_quoted(case_text(case)))


def _quoted(text: str) -> str:
    """Write a text as a literal over several lines."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""\\\n{escaped}"""'


PYTEST: Final = Exporter("pytest", "a test for pytest, in a file of its own", pytest_file)
