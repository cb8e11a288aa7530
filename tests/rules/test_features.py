"""A feature of the kernel is read in one module, so that a reader finds both lives side by side."""

import ast
from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from tests.rules.source import ROOT, python_files

TABLE: Final = ROOT / "targets/linux/kernel/history"

HOLDERS: Final = frozenset({"features", "kernel"})
"""What a feature is read from: `features.x`, `kernel.x`, `self._features.x`."""


def fields_of_features(source: str) -> list[str]:
    """The fields of the dataclasses called `...Features`, read off their syntax tree."""
    return [
        field.target.id
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name.endswith("Features")
        for field in node.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    ]


def attributes_read(source: str) -> Iterator[str]:
    """The attributes that a module reads from something called features or kernel."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(
                value=ast.Name(id=holder) | ast.Attribute(attr=holder), attr=name, ctx=ast.Load()
            ) if holder.lstrip("_") in HOLDERS:
                yield name
            case _:
                pass


def readers(fields: list[str], sources: Mapping[str, str]) -> dict[str, list[str]]:
    """Each field, with the modules that read it."""
    reads = {module: frozenset(attributes_read(text)) for module, text in sources.items()}
    return {
        field: [module for module, names in reads.items() if field in names] for field in fields
    }


def scattered(fields: list[str], sources: Mapping[str, str]) -> list[str]:
    """The fields that more than one module reads, with those modules."""
    return [
        f"{field}: {', '.join(modules)}"
        for field, modules in readers(fields, sources).items()
        if len(modules) > 1
    ]


def test_a_feature_is_read_in_only_one_module() -> None:
    if not TABLE.exists():
        assert not (ROOT / "targets/linux").exists(), "a model of Linux has a table of features"
        return
    parts = [fields_of_features(file.read_text()) for file in sorted(TABLE.glob("*.py"))]
    fields = [name for part in parts for name in part]
    assert fields, "the classes of features have fields"
    assert len(fields) == len(dict.fromkeys(fields)), "two parts do not call a feature alike"
    sources = {str(file.relative_to(ROOT)): file.read_text() for file in python_files("targets")}
    assert scattered(fields, sources) == []


def test_the_fields_are_those_of_the_classes_of_features() -> None:
    source = (
        "class ZramFeatures:\n  '''Doc.'''\n  a: int = 1\n  b: str = ''\nclass Other:\n  c: int = 2"
    )
    assert fields_of_features(source) == ["a", "b"]


@pytest.mark.parametrize(
    "read",
    ["features.a", "kernel.a", "self.features.a", "self._kernel.features.a", "f(kernel.a.b)"],
)
def test_the_rule_sees_a_read_in_a_second_module(read: str) -> None:
    sources = {"one": "match features.a:\n  case 1: pass", "two": f"x = {read}"}
    assert scattered(["a", "b"], sources) == ["a: one, two"]


@pytest.mark.parametrize("no_read", ["change(a=1)", "other.a", "features.b", "kernel.a = 1"])
def test_the_rule_takes_other_code_for_what_it_is(no_read: str) -> None:
    assert scattered(["a", "b"], {"one": "features.a + features.a", "two": no_read}) == []
