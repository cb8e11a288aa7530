"""Mutants: a function of a package with one mistake in it, ready to be put in its place."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from inspect import getattr_static
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final

from fuzz.people.measures.mutation.expressions import expression_sites
from fuzz.people.measures.mutation.statements import statement_sites

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fuzz.people.measures.mutation.edits import Site


SPARED: Final = ("__init__", "__repr__")
"""Functions that only set things up, in an order that does not matter, or speak to a person."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One function with one mistake."""

    module: str
    function: str
    """Its qualified name in the module."""
    operator: str
    line: int
    before: str
    after: str
    """Empty when something was left out."""
    code: CodeType

    def implant(self) -> None:
        """Let the function of this process, from now on, do what the mutant does."""
        function_of(self.module, self.function).__code__ = self.code

    @property
    def name(self) -> str:
        """Say in one line what is wrong in which function; others may have the same name."""
        change = f"`{self.before}` -> `{self.after}`" if self.after else f"without `{self.before}`"
        return f"{self.module} {self.function}: {self.operator}: {change}"

    def __str__(self) -> str:
        """Say in one line what is wrong where."""
        return self.name.replace(" ", f":{self.line} ", 1)


def modules_of(package: str, left_out: Iterable[str]) -> list[str]:
    """Name the modules of a package, sorted, but for those whose path has a word of `left_out`."""
    root = Path(next(iter(import_module(package).__path__)))
    paths = sorted(root.rglob("*.py"))
    names = [".".join((package, *path.relative_to(root).with_suffix("").parts)) for path in paths]
    words = frozenset(left_out)
    return [
        name
        for name in names
        if not name.endswith(".__init__") and words.isdisjoint(name.split("."))
    ]


def mutants_of(module: str) -> Iterator[Mutant]:
    """Yield every mutant of the functions of a module."""
    source = Path(str(import_module(module).__file__)).read_text(encoding="utf-8")
    tree = ast.parse(source)
    for name, function in _functions(tree, ""):
        if function_at(module, name) is None:
            continue
        for site in (*statement_sites(function), *expression_sites(function)):
            code = _compiled(tree, module, name, site)
            if code is not None:
                yield Mutant(module, name, site.operator, site.line, site.before, site.after, code)


def _compiled(tree: ast.Module, module: str, name: str, site: Site) -> CodeType | None:
    """Compile the function with a mistake; None when it no longer fits in its place."""
    with site.made():
        whole = compile(tree, str(sys.modules[module].__file__), "exec")
    code = _code_in(whole, name)
    original = function_of(module, name).__code__
    fits = code is not None and code.co_freevars == original.co_freevars
    return code if fits and code != original else None


def sample(mutants: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """Choose `count` mutants: as many of each operator as there are, evenly, in source order.

    Which come first is a matter of their names, so that a change of the source elsewhere leaves
    most of a sample as it was.
    """
    by_operator: dict[str, list[Mutant]] = {}
    ranks = _ranks(mutants, seed)
    for mutant in sorted(mutants, key=lambda mutant: ranks[mutant]):
        by_operator.setdefault(mutant.operator, []).append(mutant)
    chosen: list[Mutant] = []
    for left, operator in enumerate(sorted(by_operator, key=lambda o: (len(by_operator[o]), o))):
        share = (count - len(chosen)) // (len(by_operator) - left)
        chosen += by_operator[operator][:share]
    return sorted(chosen, key=lambda mutant: (mutant.module, mutant.line, str(mutant)))


def _ranks(mutants: Sequence[Mutant], seed: int) -> dict[Mutant, str]:
    """Give each mutant a digest of its name, and of how many of that name came before."""
    seen: Counter[str] = Counter()
    ranks: dict[Mutant, str] = {}
    for mutant in mutants:
        seen[mutant.name] += 1
        named = f"{seed} {seen[mutant.name]} {mutant.name}"
        ranks[mutant] = sha256(named.encode()).hexdigest()
    return ranks


def function_of(module: str, name: str) -> FunctionType:
    """Return the function with a qualified name."""
    function = function_at(module, name)
    assert function is not None, f"{module} has no function {name}"
    return function


def function_at(module: str, name: str) -> FunctionType | None:
    """Find the function behind whatever decorates it; None when there is none."""
    found: Any = import_module(module)
    for part in name.split("."):
        try:
            found = getattr_static(found, part)
        except AttributeError:
            return None
    return _undecorated(found)


def _undecorated(found: Any) -> FunctionType | None:
    while not isinstance(found, FunctionType) or hasattr(found, "__wrapped__"):
        inner = (getattr(found, name, None) for name in ("__wrapped__", "__func__", "fget", "func"))
        found = next((each for each in inner if each is not None), None)
        if found is None:
            return None
    return found


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield the functions and methods of a tree by qualified name; inner ones belong to them."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name) if name not in SPARED:
                yield f"{prefix}{name}", child
            case ast.ClassDef(name=name):
                yield from _functions(child, f"{prefix}{name}.")
            case _:
                pass


def _code_in(code: CodeType, name: str) -> CodeType | None:
    """Find the code of a function in that of its module."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == name:
                return constant
            if name.startswith(f"{constant.co_qualname}."):
                return _code_in(constant, name)
    return None
