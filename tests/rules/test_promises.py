"""Every kind of finding is a promise: declared once, listed by a target, and reported somewhere."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Final

from fuzz.people.bench.canary_target import TARGET as CANARY
from fuzz.people.catalogue import Catalogue
from fuzz.sanitize.switchboard import COMMON_PROMISES
from fuzz.values.promise import Promise
from targets.conform.promises import CONFORM_DIFFERS
from tests.rules.source import ROOT, python_files

FOLDERS: Final = ("fuzz", "targets")
KIND: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
WORD: Final = re.compile(r"[A-Za-z0-9_-]+")
SOURCES: Final = [path.read_text(encoding="utf-8") for path in python_files(*FOLDERS)]


def declared() -> dict[str, Promise]:
    """Return every promise that is a constant of a module, by the constant's name and its kind."""
    found: dict[str, Promise] = {}
    for path in python_files(*FOLDERS):
        if "Promise" not in path.read_text(encoding="utf-8"):
            continue
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for name, value in vars(module).items():
            if isinstance(value, Promise):
                found[f"{name} {value.kind}"] = value
    return found


def listed() -> list[Promise]:
    """Return what the installed targets and the framework say that they keep."""
    targets = [promise for target in Catalogue().values() for promise in target.promises]
    return [*COMMON_PROMISES, *targets, CONFORM_DIFFERS, *CANARY.promises]


def names_used(tree: ast.Module) -> Iterator[str]:
    """Yield the names that functions use: whoever reports a promise does so in one."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            yield from (node.id for node in ast.walk(function) if isinstance(node, ast.Name))


def test_a_kind_is_declared_once() -> None:
    kinds: dict[str, Promise] = {}
    for promise in (*declared().values(), *listed()):
        assert kinds.setdefault(promise.kind, promise) == promise, promise.kind
    assert len(kinds) > 40


def test_every_promise_that_is_declared_is_listed() -> None:
    known = {promise.kind for promise in listed()}
    assert [each.kind for each in declared().values() if each.kind not in known] == []


def test_every_promise_that_is_declared_is_reported() -> None:
    used = {name for source in SOURCES for name in names_used(ast.parse(source))}
    constants = {constant.partition(" ")[0] for constant in declared()}
    assert sorted(constants - used) == []


def test_every_promise_is_broken_in_some_test() -> None:
    """A judge that was never seen to object may be unable to."""
    texts = [
        *(path.read_text(encoding="utf-8") for path in python_files("tests")),
        *(path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("corpus/*/*.case"))),
    ]
    words = {word for text in texts for word in WORD.findall(text)}
    kinds = [
        promise.kind
        for constant, promise in declared().items()
        if constant.partition(" ")[0] not in words
        and not any(word.startswith(promise.kind) for word in words)
    ]
    assert kinds == []


def test_a_promise_reads_well() -> None:
    for promise in declared().values():
        assert KIND.fullmatch(promise.kind), promise.kind
        assert re.fullmatch(r"[A-Z].*[^.]\.", promise.sentence), promise.sentence
        assert promise.source, promise.kind
