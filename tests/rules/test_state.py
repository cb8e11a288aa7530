"""All mutable state belongs to a run: modules hold constants, and only people are printed to."""

import ast
from collections.abc import Iterator
from typing import Final

import pytest

from tests.rules.source import Breach, breaches_in, breaches_of, called_name, python_files

CONTAINERS: Final = frozenset(
    {"Counter", "OrderedDict", "bytearray", "defaultdict", "deque", "dict", "list", "set"}
)
"""Calls that make something mutable, whatever the annotation says."""

DECLARATIONS: Final = frozenset({"NewType", "ParamSpec", "TypeVar", "TypeVarTuple"})
"""Calls that declare a type; `Final` has no place there."""


def is_mutable(value: ast.expr) -> bool:
    """Whether an expression is mutable by its looks, alone or inside a tuple."""
    match value:
        case ast.List() | ast.Dict() | ast.Set() | ast.ListComp() | ast.DictComp() | ast.SetComp():
            return True
        case ast.Tuple(elts=elements):
            return any(is_mutable(element) for element in elements)
        case ast.BinOp(left=left, right=right):
            return is_mutable(left) or is_mutable(right)
        case _:
            return called_name(value) in CONTAINERS


def is_final(statement: ast.Assign | ast.AnnAssign) -> bool:
    match statement:
        case ast.AnnAssign(annotation=annotation):
            return ast.unparse(annotation).partition("[")[0] in {"Final", "typing.Final"}
        case _:
            return False


def module_state(tree: ast.Module) -> Iterator[Breach]:
    """A module-level name holds a constant; what a call made is marked `Final` as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield node.lineno, f"global {', '.join(node.names)}"
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[target, *_]) | ast.AnnAssign(target=target):
                name, value = ast.unparse(target), statement.value
            case _:
                continue
        if value is None:
            yield statement.lineno, f"{name} is given no value"
        elif is_mutable(value):
            yield statement.lineno, f"{name} is mutable"
        elif (
            isinstance(value, ast.Call)
            and not is_final(statement)
            and called_name(value) not in DECLARATIONS
        ):
            yield statement.lineno, f"{name} is not Final"


def prints(tree: ast.Module) -> Iterator[Breach]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="print")):
                yield node.lineno, "prints"
            case _:
                pass


def test_modules_hold_constants_only() -> None:
    files = python_files("fuzz/values", "fuzz/world", "targets")
    assert breaches_in(module_state, files) == []


def test_only_the_people_part_of_the_framework_prints() -> None:
    files = [file for file in python_files("fuzz") if "people" not in file.parts]
    assert breaches_in(prints, files) == []


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ("cache: Final = {}", ["cache is mutable"]),
        ("names = [1]", ["names is mutable"]),
        ("rows: Final = ((1, [2]),)", ["rows is mutable"]),
        ("zeros: Final = [0] * 8", ["zeros is mutable"]),
        ("seen: Final[dict[str, int]] = collections.defaultdict(int)", ["seen is mutable"]),
        ("POINT = Point('zero')", ["POINT is not Final"]),
        ("world: World", ["world is given no value"]),
        ("def f():\n  global COUNT\n  COUNT = 1", ["global COUNT"]),
        ("POINT: Final = Point('zero')\nSIZE = 4096\nT = TypeVar('T')", []),
        ("ROWS: Final = (1, 2)\nTABLE: Final = MappingProxyType({1: 2})", []),
        ("ALL: Final = frozenset({1})\ndef f():\n  names = [1]", []),
    ],
)
def test_the_rule_for_state_objects(snippet: str, expected: list[str]) -> None:
    assert breaches_of(module_state, snippet) == expected


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [("def f():\n  print(1)", ["prints"]), ("console.print(1)\nprinted(2)", [])],
)
def test_the_rule_for_printing_objects(snippet: str, expected: list[str]) -> None:
    assert breaches_of(prints, snippet) == expected
