"""Same case, same outcome: nothing may depend on chance, on the clock or on an address."""

import ast
from collections.abc import Iterable, Iterator
from typing import Final

import pytest

from tests.rules.source import (
    DETERMINISTIC,
    ROOT,
    Breach,
    breaches_in,
    breaches_of,
    called_name,
    python_files,
)

BANNED: Final = frozenset({"asyncio", "random", "threading", "time"})
WRAPS_RANDOM: Final = ROOT / "fuzz/values/choices.py"
REAL_KERNELS: Final = ROOT / "targets/device"
"""Where programs run on real kernels, in real time and with time limits; no case runs there."""
COMPARES: Final = ROOT / "targets/conform/campaign.py"
"""Has a budget in seconds, as campaigns have; the runs of its cases read no clock."""

NOTES_OBJECTS: Final = ROOT / "fuzz/verify"
"""Finds objects by their addresses as long as they live; their names are by who made them, and
nothing else is ordered, compared between runs, or written."""

ADDRESSES: Final = frozenset({"hash", "id"})

SETS: Final = frozenset({"frozenset", "set"})
ORDER_KEEPERS: Final = frozenset({"enumerate", "filter", "iter", "list", "map", "tuple", "zip"})
"""Calls that hand on the order of what they are given; `sorted` is the cure."""


def banned_imports(tree: ast.Module) -> Iterator[Breach]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module)):
                modules = [module]
            case _:
                continue
        for module in modules:
            if module.partition(".")[0] in BANNED:
                yield node.lineno, f"imports {module}"


def addresses(tree: ast.Module) -> Iterator[Breach]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in ADDRESSES and isinstance(node.ctx, ast.Load):
            yield node.lineno, f"uses {node.id}()"


def is_set(node: ast.expr | None, names: frozenset[str] = frozenset()) -> bool:
    """Whether an expression is a set by its looks, or a name known to hold one."""
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Name(id=name):
            return name in names
        case ast.BinOp(left=left, right=right):
            return is_set(left, names) or is_set(right, names)
        case ast.Call(args=[first, *_]) if called_name(node) in ORDER_KEEPERS:
            return is_set(first, names)
        case ast.Call():
            return called_name(node) in SETS
        case _:
            return False


def set_names(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """The plain names that get a set, by the looks of what they get or by annotation."""
    names: list[str] = []
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_set(value):
                names.append(name)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                if is_set(value) or ast.unparse(annotation).partition("[")[0] in SETS:
                    names.append(name)
            case _:
                pass
    return frozenset(names)


def iterated_sets(tree: ast.Module) -> Iterator[Breach]:
    constants = set_names(tree.body)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    scopes = [(tree, constants)]
    scopes += [(scope, constants | set_names(ast.walk(scope))) for scope in functions]
    found = {
        (node.iter.lineno, f"iterates over {ast.unparse(node.iter)}"): None
        for scope, names in scopes
        for node in ast.walk(scope)
        if isinstance(node, ast.For | ast.comprehension) and is_set(node.iter, names)
    }
    yield from found  # once each, though a nested function lies in several scopes


def test_chance_time_and_threads_come_from_the_world_only() -> None:
    files = [
        file
        for file in python_files(*DETERMINISTIC)
        if file not in (WRAPS_RANDOM, COMPARES) and REAL_KERNELS not in file.parents
    ]
    assert breaches_in(banned_imports, files) == []


def test_nothing_depends_on_an_address_or_a_hash() -> None:
    files = [f for f in python_files("fuzz", "targets") if NOTES_OBJECTS not in f.parents]
    assert breaches_in(addresses, files) == []


def test_no_loop_follows_the_order_of_a_set() -> None:
    assert breaches_in(iterated_sets, python_files("fuzz", "targets")) == []


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ("import random", ["imports random"]),
        ("import json, time as clock", ["imports time"]),
        ("from asyncio.queues import Queue", ["imports asyncio.queues"]),
        ("def f():\n  from threading import Lock", ["imports threading"]),
        ("import timeit\nfrom fuzz.values import choices", []),
    ],
)
def test_the_rule_for_imports_objects(snippet: str, expected: list[str]) -> None:
    assert breaches_of(banned_imports, snippet) == expected


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ("names[id(task)] = 1", ["uses id()"]),
        ("sorted(tasks, key=hash)", ["uses hash()"]),
        ("task.id()\nsorted(tasks, key=number)", []),
    ],
)
def test_the_rule_for_addresses_objects(snippet: str, expected: list[str]) -> None:
    assert breaches_of(addresses, snippet) == expected


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ("for x in {1, 2}: pass", ["iterates over {1, 2}"]),
        ("[x for x in set(y)]", ["iterates over set(y)"]),
        ("for i, x in enumerate(frozenset(y)): pass", ["iterates over enumerate(frozenset(y))"]),
        ("def f(a):\n  seen = set()\n  for x in seen - a: pass", ["iterates over seen - a"]),
        ("ALL: Final = frozenset({1})\ndef f():\n  for x in ALL: pass", ["iterates over ALL"]),
        ("for x in sorted({1, 2}): pass", []),
        ("def f():\n  a = set()\ndef g(a):\n  for x in a: pass", []),
        ("for x in [1, 2]: pass\nfor k in {1: 2}: pass", []),
    ],
)
def test_the_rule_for_sets_objects(snippet: str, expected: list[str]) -> None:
    assert breaches_of(iterated_sets, snippet) == expected
