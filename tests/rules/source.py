"""What every rule shares: the source files, their syntax trees, and how a breach is written down.

A rule is a function from a syntax tree to breaches, so that it can be shown a bad snippet and be
seen to object. `breaches_in` applies it to real files.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]

DETERMINISTIC: Final = (
    "fuzz/values",
    "fuzz/world",
    "fuzz/sanitize",
    "fuzz/program",
    "targets",
)
"""Folders in which a run of a case happens: same case, same outcome, to the byte."""

Breach = tuple[int, str]
"""A line, and what is wrong there."""

Rule = Callable[[ast.Module], Iterable[Breach]]


def python_files(*folders: str) -> Iterator[Path]:
    """Yield the Python files under the folders, in a fixed order."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def breaches_in(rule: Rule, files: Iterable[Path]) -> list[str]:
    """Apply a rule to files and write down every breach as `path:line: what`."""
    return [
        f"{path.relative_to(ROOT)}:{line}: {what}"
        for path in files
        for line, what in sorted(rule(ast.parse(path.read_text())))
    ]


def breaches_of(rule: Rule, snippet: str) -> list[str]:
    """Apply a rule to a snippet and return what it says, without lines."""
    return [what for _, what in sorted(rule(ast.parse(snippet)))]


def called_name(node: ast.AST) -> str:
    """Return `f` for a call of `f(...)` or `module.f(...)`, else nothing."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
        case _:
            return ""
