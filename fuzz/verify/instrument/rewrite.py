"""The rewriting of one module: each access to what may be shared goes through the ledger.

What a function does stays what it was, in the order in which it was done.
Names that end in two underscores keep classes from mangling them.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from fuzz.verify.instrument.statements import Statements

if TYPE_CHECKING:
    from collections.abc import Collection

METHODS: Final = frozenset(
    name for kind in (dict, list, set, bytearray) for name in dir(kind) if not name.startswith("__")
) | {"appendleft", "popleft", "cast", "tobytes", "release"}
"""What containers can do."""

READERS: Final = frozenset(
    {
        *("all", "any", "bool", "bytearray", "bytes", "dict", "enumerate", "filter", "frozenset"),
        *("iter", "len", "list", "map", "max", "memoryview", "min", "next", "repr", "reversed"),
        *("set", "sorted", "str", "sum", "tuple", "zip"),
    }
)
"""Builtins that look into containers which they are given."""

LOOKERS: Final = READERS | {
    *("join", "fromkeys", "compress", "decompress", "crc32", "adler32", "sha256", "shake_128"),
    *("bisect_left", "bisect", "bisect_right", "chain", "islice", "count", "unpack_from"),
    *("copy", "replace"),
}
"""What only looks at what it is given; whatever is not known to is taken to change it."""

WALKERS: Final = frozenset({"enumerate", "zip", "map", "filter", "iter", "list", "tuple", "dict"})
"""Builtins that hand on elements in their order, perhaps much later."""

MAKERS: Final = frozenset({"list", "dict", "set", "bytearray", "sorted"})
"""Builtins that make containers."""

CONTENDED: Final = "contended"
"""What says of a lock whether somebody waits for it."""

GLANCES: Final = frozenset({"read_once", "byte_once"})
"""Functions of ours that look at an element past what notes it."""

OF_OTHERS: Final = frozenset(
    {"join", "fromkeys", "compress", "decompress", "unpack_from", "pack_into", "readinto", "copy"}
)
"""Methods of things that nobody rewrites, which look at what they are given or change it."""


class Rewriter(Statements):
    """Rewrites the functions of a module; what stands outside of them runs before any task."""

    def __init__(
        self, changing: Collection[str], mortal: Collection[str], foreign: Collection[str]
    ) -> None:
        """Rewrite accesses to attributes that change, or whose owners can be freed.

        `foreign` are names that the module imports from modules that are not rewritten: whatever
        they call looks into the containers that it is given.
        """
        super().__init__(changing)
        self._mortal = frozenset(mortal)
        self._foreign = frozenset(foreign)

    # Looks

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:  # noqa: N802 - as `ast` calls it
        """Note a look at an attribute that may change."""
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load) or not self.inside or _is_super(node.value):
            return node
        if node.attr == CONTENDED:
            return self.call(CONTENDED, node.value)
        if node.attr in self._mortal:
            what = "mortal_load" if node.attr in self.changing else "mortal"
            return self.call(what, node.value, ast.Constant(node.attr))
        if node.attr in self.changing:
            return self.call("load", node.value, ast.Constant(node.attr))
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:  # noqa: N802
        """Note a look at an element."""
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load) or not self.inside:
            return node
        return self.call("item", node.value, _as_value(node.slice))

    def visit_Call(self, node: ast.Call) -> ast.expr:  # noqa: N802
        """Note what a method of a container does, and what is given to code that is not ours."""
        if not self.inside:
            return node
        func = node.func
        if isinstance(func, ast.Name) and func.id in {"getattr", "setattr"}:
            self.generic_visit(node)
            return self._reflection(node, func.id)
        if isinstance(func, ast.Name) and func.id in GLANCES:
            self.generic_visit(node)
            return self.call("glance", func, *node.args)
        if isinstance(func, ast.Attribute) and not _is_super(func.value):
            return self._method(node, func)
        self.generic_visit(node)
        if isinstance(func, ast.Name) and (func.id in READERS or func.id in self._foreign):
            self._look_at_arguments(node, func.id)
            if func.id in MAKERS:
                return self.call("new", node)
        return node

    def visit_List(self, node: ast.List) -> ast.expr:  # noqa: N802
        """Name a list as it is made."""
        return self._made(node) if isinstance(node.ctx, ast.Load) else node

    def visit_Dict(self, node: ast.Dict) -> ast.expr:  # noqa: N802
        """Name a table as it is made."""
        return self._made(node)

    def visit_Set(self, node: ast.Set) -> ast.expr:  # noqa: N802
        """Name a set as it is made."""
        return self._made(node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:  # noqa: N802
        """Name a list as it is made."""
        return self._made(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.expr:  # noqa: N802
        """Name a table as it is made."""
        return self._made(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.expr:  # noqa: N802
        """Name a set as it is made."""
        return self._made(node)

    def _made(self, node: ast.expr) -> ast.expr:
        self.generic_visit(node)
        return self.call("new", node) if self.inside else node

    def _method(self, node: ast.Call, func: ast.Attribute) -> ast.expr:
        foreign = _root(func) in self._foreign
        if func.attr in METHODS and not foreign:
            self.generic_visit_arguments(node)
            thing = self.visit(func.value)
            node.func = self.name("method")
            node.args = [thing, ast.Constant(func.attr), *node.args]
            return ast.copy_location(node, func)
        self.generic_visit(node)
        if foreign or func.attr in OF_OTHERS:
            self._look_at_arguments(node, func.attr)
        return node

    def generic_visit_arguments(self, node: ast.Call) -> None:
        """Rewrite the arguments of a call."""
        node.args = [self.visit(one) for one in node.args]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)

    def _reflection(self, node: ast.Call, what: str) -> ast.expr:
        if what == "getattr":
            return self.call("load", *node.args)
        thing, name, value = node.args
        return self.call("store", value, thing, name)

    def _look_at_arguments(self, node: ast.Call, function: str) -> None:
        what = "walk" if function in WALKERS else "look" if function in LOOKERS else "change"
        node.args = [one if _is_plain(one) else self.call(what, one) for one in node.args]

    # Looks that syntax makes

    def visit_Compare(self, node: ast.Compare) -> ast.expr:  # noqa: N802
        """Note a look into a container that is compared, or asked whether it holds something."""
        self.generic_visit(node)
        if not self.inside or all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
            return node
        if len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn):
            found = self.call("has", node.left, node.comparators[0])
            return found if isinstance(node.ops[0], ast.In) else ast.UnaryOp(ast.Not(), found)
        node.left = self._looked(node.left)
        node.comparators = [self._looked(one) for one in node.comparators]
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:  # noqa: N802
        """Note a look at whether a container is empty."""
        self.generic_visit(node)
        if self.inside:
            node.values = [self._looked(one) for one in node.values]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:  # noqa: N802
        """Note a look at whether a container is empty."""
        self.generic_visit(node)
        if self.inside and isinstance(node.op, ast.Not):
            node.operand = self._looked(node.operand)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:  # noqa: N802
        """Note a look at containers that are put together."""
        self.generic_visit(node)
        if self.inside:
            node.left, node.right = self._looked(node.left), self._looked(node.right)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:  # noqa: N802
        """Note a look at whether a container is empty."""
        self.generic_visit(node)
        if self.inside:
            node.test = self._looked(node.test)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        """Note a walk through a container."""
        self.generic_visit(node)
        if self.inside:
            node.iter = self.call("walk", node.iter)
            node.ifs = [self._looked(one) for one in node.ifs]
        return node

    def visit_Starred(self, node: ast.Starred) -> ast.expr:  # noqa: N802
        """Note a look at a container that is unpacked."""
        self.generic_visit(node)
        if self.inside and isinstance(node.ctx, ast.Load):
            node.value = self.call("look", node.value)
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:  # noqa: N802
        """Note a look at a container that is written out."""
        self.generic_visit(node)
        if self.inside:
            node.value = self._looked(node.value)
        return node

    def _looked(self, node: ast.expr) -> ast.expr:
        """Look at a value, unless it is plain to see that it is no container."""
        return node if _is_plain(node) else self.call("look", node)


def _root(func: ast.expr) -> str:
    while isinstance(func, ast.Attribute):
        func = func.value
    return func.id if isinstance(func, ast.Name) else ""


def _is_super(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression is seen to be a number, a text, or something just noted."""
    match node:
        case ast.Constant() | ast.JoinedStr() | ast.Compare() | ast.BoolOp() | ast.UnaryOp():
            return True
        case ast.BinOp() | ast.Lambda() | ast.Starred() | ast.GeneratorExp():
            return True
        case ast.Name(id=name):
            return name.isupper()
        case _:
            return False


def _as_value(node: ast.expr) -> ast.expr:
    """Return what a subscript says as a value: a slice is one only between brackets."""
    if not isinstance(node, ast.Slice):
        return node
    nothing = ast.Constant(None)
    bounds = [node.lower or nothing, node.upper or nothing, node.step or nothing]
    return ast.Call(ast.Name("slice", ast.Load()), bounds, [])
