"""The rewriting of statements: assignments, deletions, loops and conditions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection


Tested = TypeVar("Tested", ast.If, ast.While)


def _only_adds(node: ast.AugAssign) -> bool:
    """Whether an assignment adds a number that is there already: no point is passed meanwhile."""
    numbers = ast.Constant | ast.Name | ast.BinOp | ast.operator | ast.expr_context
    simple = all(isinstance(part, numbers) for part in ast.walk(node.value))
    return isinstance(node.op, ast.Add | ast.Sub) and simple


def hook(name: str) -> str:
    """Return how rewritten code calls a method of the ledger."""
    return f"__ledger_{name}__"


class Statements(ast.NodeTransformer):
    """Rewrites what changes attributes and elements, in functions only."""

    def __init__(self, changing: Collection[str]) -> None:
        """Rewrite assignments to attributes of these names, and all of constructors."""
        self.changing = frozenset(changing)
        self.inside = 0
        """How many functions are around."""
        self._in_constructor = False
        self._names = 0

    # Scopes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Rewrite the body of a function, and neither its decorators nor its defaults."""
        was, self._in_constructor = self._in_constructor, node.name == "__init__"
        self.inside += 1
        node.body = self._block(node.body)
        self.inside -= 1
        self._in_constructor = was
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """Rewrite what a lambda does."""
        self.inside += 1
        node.body = self.visit(node.body)
        self.inside -= 1
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | list[ast.stmt]:
        """Rewrite an assignment with a type, which is no expression to rewrite."""
        if not self.inside or node.value is None:
            return node
        if isinstance(node.target, ast.Name):
            node.value = self.visit(node.value)
            return node
        return self._assigned([node.target], self.visit(node.value))

    # Changes

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        """Rewrite an assignment; one that unpacks a container looks at it."""
        if not self.inside:
            return node
        value = self.visit(node.value)
        if all(isinstance(target, ast.Name) for target in node.targets):
            node.value = value
            return node
        return self._assigned(node.targets, value)

    def _assigned(self, targets: list[ast.expr], value: ast.expr) -> list[ast.stmt]:
        kept = self._fresh()
        if any(isinstance(target, ast.Tuple | ast.List) for target in targets):
            value = self.call("look", value)
        done: list[ast.stmt] = [ast.Assign([ast.Name(kept, ast.Store())], value)]
        for target in targets:
            done += self._put(target, kept)
        return done

    def _put(self, target: ast.expr, kept: str) -> list[ast.stmt]:
        """Give one target of an assignment the value that a name keeps."""
        value = ast.Name(kept, ast.Load())
        match target:
            case ast.Attribute(value=thing, attr=attr):
                if attr in self.changing or self._in_constructor:
                    return [self._do("store", value, self.visit(thing), ast.Constant(attr))]
                target.value = self.visit(thing)
                return [ast.Assign([target], value)]
            case ast.Subscript(value=thing, slice=index):
                return [self._do("put", value, self.visit(thing), self._index(index))]
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                names = [self._fresh() for _ in parts]
                stored: list[ast.expr] = [
                    self._part(*pair) for pair in zip(parts, names, strict=True)
                ]
                done: list[ast.stmt] = [ast.Assign([ast.Tuple(stored, ast.Store())], value)]
                for part, name in zip(parts, names, strict=True):
                    done += self._put(part.value if isinstance(part, ast.Starred) else part, name)
                return done
            case _:
                return [ast.Assign([target], value)]

    @staticmethod
    def _part(part: ast.expr, name: str) -> ast.expr:
        stored = ast.Name(name, ast.Store())
        return ast.Starred(stored, ast.Store()) if isinstance(part, ast.Starred) else stored

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | list[ast.stmt]:
        """Rewrite `x.a += v`: look, compute, change, in this order."""
        if not self.inside:
            return node
        if isinstance(node.target, ast.Attribute) and _only_adds(node):
            return self._addition(node, node.target)
        value = self.visit(node.value)
        now, added = self._fresh(), self._fresh()
        setting = [
            ast.Assign([ast.Name(added, ast.Store())], value),
            self._do("change", ast.Name(now, ast.Load())),
            ast.AugAssign(ast.Name(now, ast.Store()), node.op, ast.Name(added, ast.Load())),
        ]
        match node.target:
            case ast.Attribute(value=thing, attr=attr):
                key: ast.expr = ast.Constant(attr)
                look, put = "load", "store"
            case ast.Subscript(value=thing, slice=index):
                key = self._index(index)
                look, put = "item", "put"
            case _:
                name = node.target.id
                first = ast.Assign([ast.Name(now, ast.Store())], ast.Name(name, ast.Load()))
                last = ast.Assign([ast.Name(name, ast.Store())], ast.Name(now, ast.Load()))
                return [first, *setting, last]
        owner, at = self._fresh(), self._fresh()
        names = ast.Name(owner, ast.Load()), ast.Name(at, ast.Load())
        return [
            ast.Assign([ast.Name(owner, ast.Store())], self.visit(thing)),
            ast.Assign([ast.Name(at, ast.Store())], key),
            ast.Assign([ast.Name(now, ast.Store())], self.call(look, *names)),
            *setting,
            self._do(put, ast.Name(now, ast.Load()), *names),
        ]

    def _addition(self, node: ast.AugAssign, target: ast.Attribute) -> ast.stmt:
        """Rewrite a sum that nobody looks at here: the order of two of them is no matter."""
        added = self.visit(node.value)
        if isinstance(node.op, ast.Sub):
            added = ast.UnaryOp(ast.USub(), added)
        return self._do("add", self.visit(target.value), ast.Constant(target.attr), added)

    def visit_Delete(self, node: ast.Delete) -> ast.AST | list[ast.stmt]:
        """Rewrite the deletion of elements and attributes."""
        if not self.inside:
            return node
        done: list[ast.stmt] = []
        for target in node.targets:
            match target:
                case ast.Subscript(value=thing, slice=index):
                    done.append(self._do("remove", self.visit(thing), self._index(index)))
                case ast.Attribute(value=thing, attr=attr):
                    done.append(self._do("forget", self.visit(thing), ast.Constant(attr)))
                case _:
                    done.append(ast.Delete([target]))
        return done

    # Flow

    def visit_For(self, node: ast.For) -> ast.For:
        """Rewrite a loop, which walks through a container."""
        self.generic_visit(node)
        if self.inside:
            node.iter = self.call("walk", node.iter)
        return node

    def visit_If(self, node: ast.If) -> ast.If:
        """Rewrite a condition, which may ask whether a container is empty."""
        self.generic_visit(node)
        return self._tested(node)

    def visit_While(self, node: ast.While) -> ast.While:
        """Rewrite a condition, which may ask whether a container is empty."""
        self.generic_visit(node)
        return self._tested(node)

    def visit_match_case(self, node: ast.match_case) -> ast.match_case:
        """Rewrite what a case does; its pattern is no expression."""
        if node.guard is not None:
            node.guard = self.visit(node.guard)
        node.body = self._block(node.body)
        return node

    def _tested(self, node: Tested) -> Tested:
        if self.inside and not isinstance(node.test, ast.Compare | ast.UnaryOp | ast.BoolOp):
            node.test = self.call("look", node.test)
        return node

    # Pieces

    def call(self, name: str, *arguments: ast.expr) -> ast.Call:
        """Call a method of the ledger."""
        return ast.Call(self.name(name), list(arguments), [])

    @staticmethod
    def name(name: str) -> ast.Name:
        """Name a method of the ledger."""
        return ast.Name(hook(name), ast.Load())

    def _do(self, name: str, *arguments: ast.expr) -> ast.Expr:
        return ast.Expr(self.call(name, *arguments))

    def _index(self, index: ast.expr) -> ast.expr:
        index = self.visit(index)
        if isinstance(index, ast.Slice):
            nothing = ast.Constant(None)
            bounds = [index.lower or nothing, index.upper or nothing, index.step or nothing]
            return ast.Call(ast.Name("slice", ast.Load()), bounds, [])
        return index

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        done: list[ast.stmt] = []
        for statement in body:
            rewritten = self.visit(statement)
            done += rewritten if isinstance(rewritten, list) else [rewritten]
        return done

    def _fresh(self) -> str:
        self._names += 1
        return f"__kept_{self._names}__"
