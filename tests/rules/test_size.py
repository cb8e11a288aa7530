"""Files and functions stay small enough to be read in one go."""

import ast
from collections.abc import Iterator
from typing import Final

import pytest

from tests.rules.source import ROOT, Breach, breaches_in, breaches_of, python_files

FILE_LINES_MAX: Final = 300
FUNCTION_LINES_MAX: Final = 40


def long_functions(tree: ast.Module) -> Iterator[Breach]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None, "a parsed function has an end"
            lines = node.end_lineno - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                yield node.lineno, f"{node.name} has {lines} lines"


def is_long(text: str) -> bool:
    return len(text.splitlines()) > FILE_LINES_MAX


def test_a_file_has_at_most_300_lines() -> None:
    files = python_files("fuzz", "targets")
    assert [str(file.relative_to(ROOT)) for file in files if is_long(file.read_text())] == []


def test_a_function_has_at_most_40_lines() -> None:
    assert breaches_in(long_functions, python_files("fuzz", "targets")) == []


def test_the_rule_for_files_knows_its_limit() -> None:
    assert [lines for lines in (299, 300, 301) if is_long("pass\n" * lines)] == [301]


@pytest.mark.parametrize(
    ("body", "expected"),
    [(39, []), (40, ["long has 41 lines"])],
    ids=["at the limit", "above it"],
)
def test_the_rule_for_functions_knows_its_limit(body: int, expected: list[str]) -> None:
    method = "class A:\n  def long():\n" + "    pass\n" * body
    assert breaches_of(long_functions, method) == expected
