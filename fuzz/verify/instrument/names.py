"""Which attributes ever change: a look at any other one needs no note.

An attribute that only constructors give a value is settled before anybody else can look at it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CONSTRUCTORS: Final = frozenset({"__init__", "__new__", "__post_init__"})

WORLD_NAMES: Final = frozenset({"cpu"})
"""What the world itself changes of its tasks, beside what it says by other means."""

MORTAL: Final = "Mortal"
"""The class whose things can be freed: any look at one may be a use after free."""


def changing_names(trees: Iterable[ast.Module]) -> frozenset[str]:
    """Return the names of attributes that anything but a constructor of their object assigns."""
    names = set(WORLD_NAMES)
    for tree in trees:
        names.update(_assigned(tree, None))
    return frozenset(names)


def _assigned(node: ast.AST, constructed: str | None) -> Iterator[str]:
    """Yield what is assigned below a node; `constructed` is what a constructor calls its object."""
    match node:
        case ast.FunctionDef(name=name, args=arguments):
            first = arguments.args[0].arg if arguments.args else None
            constructed = first if name in CONSTRUCTORS else None
        case ast.Lambda():
            constructed = None
        case ast.Attribute(attr=attr, ctx=ast.Store() | ast.Del(), value=value):
            own = isinstance(value, ast.Name) and value.id == constructed
            if not own:
                yield attr
        case _:
            pass
    for child in ast.iter_child_nodes(node):
        yield from _assigned(child, constructed)


def mortal_names(trees: Iterable[ast.Module]) -> frozenset[str]:
    """Return what the classes call their members whose things can be freed."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    mortal = {MORTAL}
    while grown := {
        one.name
        for one in classes
        if one.name not in mortal and mortal & {_base_name(base) for base in one.bases}
    }:
        mortal |= grown
    members: set[str] = set()
    for one in classes:
        if one.name in mortal - {MORTAL}:
            members.update(_members(one))
    return frozenset(members)


def _base_name(base: ast.expr) -> str:
    while isinstance(base, ast.Subscript):
        base = base.value
    match base:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _members(one: ast.ClassDef) -> Iterator[str]:
    for node in ast.walk(one):
        match node:
            case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                yield name
            case ast.Assign(targets=[ast.Name(id="__slots__")], value=ast.Tuple(elts=slots)):
                yield from (str(slot.value) for slot in slots if isinstance(slot, ast.Constant))
            case _:
                pass
