"""Mistakes within expressions: a condition is negated, a bound is off by one, an errno is wrong."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from fuzz.people.measures.mutation.edits import Exchange, Site, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

NEGATED_CONDITION: Final = "negated-condition"
OFF_BY_ONE: Final = "off-by-one"
WRONG_ERRNO: Final = "wrong-errno"

ERRNO: Final = re.compile(r"E[A-Z0-9]{3,}$")
ERRNOS: Final = ("EINVAL", "EBUSY", "ENOMEM", "EIO", "EAGAIN")
NEIGHBOURS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}


def expression_sites(function: ast.AST) -> Iterator[Site]:
    """Yield the places of a function where an expression can go wrong."""
    for node in ast.walk(function):
        yield from _conditions(node)
        yield from _bounds(node)
        yield from _errnos(node)


def _conditions(node: ast.AST) -> Iterator[Site]:
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            if not isinstance(test, ast.Constant):
                yield _exchange(NEGATED_CONDITION, node, "test", test, _negated(test))
        case _:
            pass


def _bounds(node: ast.AST) -> Iterator[Site]:
    match node:
        case ast.Compare(ops=[op], comparators=[_]) if type(op) in NEIGHBOURS:
            yield _moved_bound(node, op)
        case ast.BinOp(op=ast.Add() | ast.Sub(), right=ast.Constant(value=int()) as one):
            yield _exchange(OFF_BY_ONE, node, "right", one, _one_more(one))
        case ast.Compare(ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Constant() as one]):
            if type(one.value) is int:
                yield _exchange(OFF_BY_ONE, node, "comparators", one, _one_more(one))
        case ast.AugAssign(value=ast.Constant(value=int()) as one):
            yield _exchange(OFF_BY_ONE, node, "value", one, _one_more(one))
        case ast.Slice():
            yield from _moved_slice(node)
        case _:
            pass


def _errnos(node: ast.AST) -> Iterator[Site]:
    match node:
        case ast.Call(args=[ast.Name(id=name) as errno, *_]) if ERRNO.match(name):
            yield _exchange(WRONG_ERRNO, node, "args", errno, _other_errno(errno))
        case ast.Return(value=ast.Name(id=name) as errno) if ERRNO.match(name):
            yield _exchange(WRONG_ERRNO, node, "value", errno, _other_errno(errno))
        case _:
            pass


def _exchange(operator: str, parent: ast.AST, field: str, old: ast.expr, new: ast.expr) -> Site:
    new = ast.fix_missing_locations(ast.copy_location(new, old))
    return Site(
        operator,
        old.lineno,
        one_line([parent if isinstance(parent, ast.expr | ast.AugAssign | ast.Return) else old]),
        one_line([new]),
        (Exchange(parent, field, old, new),),
    )


def _negated(test: ast.expr) -> ast.expr:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case _:
            return ast.UnaryOp(op=ast.Not(), operand=test)


def _moved_bound(node: ast.Compare, op: ast.cmpop) -> Site:
    other = NEIGHBOURS[type(op)]()
    after = ast.Compare(left=node.left, ops=[other], comparators=node.comparators)
    return Site(
        OFF_BY_ONE,
        node.lineno,
        one_line([node]),
        one_line([after]),
        (Exchange(node, "ops", op, other),),
    )


def _moved_slice(node: ast.Slice) -> Iterator[Site]:
    for field in ("lower", "upper"):
        bound = getattr(node, field)
        if isinstance(bound, ast.expr):
            more = ast.BinOp(left=bound, op=ast.Add(), right=ast.Constant(value=1))
            yield _exchange(OFF_BY_ONE, node, field, bound, more)


def _one_more(one: ast.Constant) -> ast.Constant:
    assert isinstance(one.value, int), "only whole numbers are off by one"
    return ast.Constant(value=one.value + 1)


def _other_errno(errno: ast.Name) -> ast.Constant:
    """Return the next errno of a short list, which is never the one that stands there."""
    place = ERRNOS.index(errno.id) + 1 if errno.id in ERRNOS else 0
    return ast.Constant(value=ERRNOS[place % len(ERRNOS)])
