"""What docs/model.md names is there, and every scenario and invariant is named."""

import ast
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
TEXT: Final = (ROOT / "docs/model.md").read_text(encoding="utf-8")
NAME: Final = re.compile(r"`([\w/]+\.py)::(\w+)`")
HELD: Final = re.compile(r"^\| ([SI]\d+) \|", re.MULTILINE)


def functions(path: str) -> list[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def test_every_name_is_that_of_a_function() -> None:
    names = NAME.findall(TEXT)
    assert names
    assert [f"{path}::{name}" for path, name in names if name not in functions(path)] == []


def test_every_line_names_something() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and "held by" not in line]
    assert [row for row in rows if not NAME.search(row)] == []


def test_every_scenario_and_invariant_is_held_by_something() -> None:
    expected = [f"S{n}" for n in range(1, 11)] + [f"I{n}" for n in range(1, 13)]
    assert list(dict.fromkeys(HELD.findall(TEXT))) == expected
