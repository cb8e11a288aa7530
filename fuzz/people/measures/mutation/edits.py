"""Edits of a syntax tree that can be made and taken back."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence


@dataclass(frozen=True, slots=True)
class Replacement:
    """Consecutive statements of a block, and those that stand there instead."""

    block: list[ast.stmt]
    start: int
    before: Sequence[ast.stmt]
    after: Sequence[ast.stmt]

    def make(self) -> None:
        """Put the new statements in."""
        self.block[self.start : self.start + len(self.before)] = self.after

    def undo(self) -> None:
        """Put the old statements back."""
        self.block[self.start : self.start + len(self.after)] = self.before


def deletion(block: list[ast.stmt], index: int) -> Replacement:
    """Leave a statement out; a `pass` holds its place, since a block cannot be empty."""
    statement = block[index]
    return Replacement(block, index, [statement], [ast.copy_location(ast.Pass(), statement)])


@dataclass(frozen=True, slots=True)
class Exchange:
    """A field of a node, and the node that it holds instead."""

    parent: ast.AST
    field: str
    before: ast.AST
    after: ast.AST

    def make(self) -> None:
        """Put the new node in."""
        self._put(self.before, self.after)

    def undo(self) -> None:
        """Put the old node back."""
        self._put(self.after, self.before)

    def _put(self, old: ast.AST, new: ast.AST) -> None:
        held = getattr(self.parent, self.field)
        if isinstance(held, list):
            nodes = cast("list[ast.AST]", held)
            nodes[next(index for index, node in enumerate(nodes) if node is old)] = new
        else:
            setattr(self.parent, self.field, new)


@dataclass(frozen=True, slots=True)
class Site:
    """A place where a mistake can be made."""

    operator: str
    """What kind of mistake: `deleted-lock`."""
    line: int
    before: str
    """What the source says there, in one line."""
    after: str
    edits: tuple[Replacement | Exchange, ...]

    @contextmanager
    def made(self) -> Generator[None]:
        """Make the mistake in the tree, for a while."""
        for edit in self.edits:
            edit.make()
        try:
            yield
        finally:
            for edit in reversed(self.edits):
                edit.undo()


def one_line(nodes: Sequence[ast.AST], most: int = 70) -> str:
    """Write nodes as source, cut to one line of `most` characters."""
    text = "; ".join(" ".join(ast.unparse(node).split()) for node in nodes)
    return text if len(text) <= most else text[: most - 3] + "..."
