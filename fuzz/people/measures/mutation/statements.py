"""Mistakes with whole statements: a lock or a call is left out, two change places."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from fuzz.people.measures.mutation.edits import Replacement, Site, deletion, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DELETED_LOCK: Final = "deleted-lock"
DELETED_STATEMENT: Final = "deleted-statement"
FORGOTTEN_DECREMENT: Final = "forgotten-decrement"
SWAPPED_STATEMENTS: Final = "swapped-statements"

LOCK: Final = re.compile(
    r"(lock|mutex|ptl|sem|semaphore)(\.(reading|writing)\(\))?$|(locked|held)\(.*\)$"
)
"""How an expression ends that a `with` statement takes as a lock."""
TAKES: Final = "acquire"
DROPS: Final = "release"
SAID_ONLY: Final = frozenset({"reach", "tell", "report", "might_sleep", "park", "watch"})
"""Calls that announce or judge: without one, the system does the same as before."""


def statement_sites(function: ast.AST) -> Iterator[Site]:
    """Yield the places of a function where a statement can go wrong."""
    for block in blocks_of(function):
        for index, statement in enumerate(block):
            yield from _lock_sites(function, block, index, statement)
            if _has_effect(statement):
                yield _deletion(block, index, statement)
                if _may_be_swapped(block[index : index + 2]):
                    yield _swap(block, index)


def blocks_of(function: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield every list of statements in a function, outermost first."""
    for node in ast.walk(function):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                yield value


def _lock_sites(
    function: ast.AST, block: list[ast.stmt], index: int, statement: ast.stmt
) -> Iterator[Site]:
    if isinstance(statement, ast.With):
        for item in statement.items:
            if item.optional_vars is None and LOCK.search(ast.unparse(item.context_expr)):
                yield _without_item(block, index, statement, item)
    elif (receiver := _receiver(statement, TAKES)) is not None:
        drops = [
            deletion(other, place)
            for other in blocks_of(function)
            for place, each in enumerate(other)
            if _receiver(each, DROPS) == receiver
        ]
        edits = (deletion(block, index), *drops)
        yield Site(DELETED_LOCK, statement.lineno, one_line([statement]), "", edits)


def _without_item(
    block: list[ast.stmt], index: int, statement: ast.With, item: ast.withitem
) -> Site:
    others = [other for other in statement.items if other is not item]
    rest: Sequence[ast.stmt] = statement.body
    if others:
        rest = [ast.copy_location(ast.With(items=others, body=statement.body), statement)]
    edit = Replacement(block, index, [statement], rest)
    return Site(DELETED_LOCK, statement.lineno, f"with {one_line([item])}", "", (edit,))


def _receiver(statement: ast.stmt, verb: str) -> str | None:
    """Return on what a statement calls `acquire` or `release`, in whatever variant."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name, value=receiver))):
            return ast.unparse(receiver) if name.startswith(verb) else None
        case _:
            return None


def _deletion(block: list[ast.stmt], index: int, statement: ast.stmt) -> Site:
    match statement:
        case ast.AugAssign(op=ast.Sub()):
            operator = FORGOTTEN_DECREMENT
        case _:
            operator = DELETED_STATEMENT
    edits = (deletion(block, index),)
    return Site(operator, statement.lineno, one_line([statement]), "", edits)


def _swap(block: list[ast.stmt], index: int) -> Site:
    first, second = block[index : index + 2]
    edit = Replacement(block, index, [first, second], [second, first])
    return Site(
        SWAPPED_STATEMENTS,
        first.lineno,
        one_line([first, second]),
        one_line([second, first]),
        (edit,),
    )


def _may_be_swapped(pair: list[ast.stmt]) -> bool:
    """Whether the order of two statements can matter: one of them is a call, which may switch."""
    return len(pair) > 1 and _has_effect(pair[1]) and any(isinstance(s, ast.Expr) for s in pair)


def _has_effect(statement: ast.stmt) -> bool:
    """Whether a statement changes something other than a local name, and is no lock."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name))):
            return name not in SAID_ONLY and not name.startswith((TAKES, DROPS))
        case ast.Expr(value=ast.Call()):
            return True
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            return True
        case ast.AugAssign(target=ast.Attribute() | ast.Subscript()):
            return True
        case _:
            return False
