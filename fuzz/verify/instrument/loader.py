"""The import of rewritten modules: in a process of its own, before anything of them is loaded."""

from __future__ import annotations

import ast
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder, SourceFileLoader
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fuzz.verify.instrument.names import changing_names, mortal_names
from fuzz.verify.instrument.rewrite import Rewriter
from fuzz.verify.instrument.statements import hook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

    from fuzz.verify.ledger import Ledger

SHARED: Final = (
    "fuzz.world.sync",
    "fuzz.world.clock",
    "fuzz.world.hotplug",
    "fuzz.sanitize.memory",
    "fuzz.sanitize.references",
    "fuzz.sanitize.registers",
)
"""Of the framework, what systems under test keep their state in."""

HOOKS: Final = (
    *(
        "load",
        "mortal",
        "mortal_load",
        "new",
        "store",
        "forget",
        "item",
        "glance",
        "contended",
        "put",
        "remove",
        "method",
    ),
    *("has", "look", "add", "change", "walk"),
)
"""The methods of a ledger that rewritten code calls."""


def belongs(name: str, parts: Sequence[str]) -> bool:
    """Whether a module is one of `parts`, or in one of them."""
    return any(name == part or name.startswith(part + ".") for part in parts)


class Instrumented(MetaPathFinder):
    """Rewrites the modules of some packages as they are imported."""

    def __init__(self, ledger: Ledger, packages: Sequence[str]) -> None:
        """Rewrite `packages` and what they share, once `install` was called."""
        self._parts = (*SHARED, *packages)
        self._hooks = {hook(name): getattr(ledger, name) for name in HOOKS}
        trees = [ast.parse(path.read_bytes()) for path in _sources(self._parts)]
        self._changing = changing_names(trees)
        self._mortal = mortal_names(trees)

    def install(self) -> None:
        """Be asked first, from now on; what is loaded already would not be noticed."""
        loaded = [name for name in sorted(sys.modules) if belongs(name, self._parts)]
        assert not loaded, f"{', '.join(loaded)}: loaded before it could be rewritten"
        sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module that is to be rewritten."""
        if not belongs(fullname, self._parts):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
            spec.loader.finder = self
        return spec

    def rewritten(self, source: bytes, path: str) -> CodeType:
        """Compile a module with its accesses noted."""
        tree = ast.parse(source, path)
        rewriter = Rewriter(self._changing, self._mortal, self._foreign(tree))
        return compile(
            ast.fix_missing_locations(rewriter.visit(tree)), path, "exec", dont_inherit=True
        )

    @property
    def hooks(self) -> Mapping[str, object]:
        """What rewritten modules have in addition."""
        return self._hooks

    def _foreign(self, tree: ast.Module) -> set[str]:
        """Return the names that a module has from modules that are not rewritten."""
        names: set[str] = set()
        for node in ast.walk(tree):
            match node:
                case ast.ImportFrom(module=str(module), names=aliases):
                    if not belongs(module, (*self._parts, "fuzz", "typing", "collections")):
                        names.update(alias.asname or alias.name for alias in aliases)
                case ast.Import(names=aliases):
                    names.update(
                        (alias.asname or alias.name).partition(".")[0] for alias in aliases
                    )
                case _:
                    pass
        return names - {"partial", "contextmanager", "suppress", "cache", "lru_cache", "dataclass"}


class _Loader(SourceFileLoader):
    """Loads one module, rewritten; the file is read anew, since caches hold it as it was."""

    finder: Instrumented

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.finder.rewritten(self.get_data(path), path)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__.update(self.finder.hooks)
        super().exec_module(module)


def _sources(parts: Sequence[str]) -> list[Path]:
    """List the files of some modules and packages, without importing what is to be rewritten."""
    found: list[Path] = []
    for part in parts:
        spec = find_spec(part.partition(".")[0])
        assert spec is not None, f"{part} is no package"
        assert spec.submodule_search_locations, f"{part} is no package"
        for root in spec.submodule_search_locations:
            base = Path(root).joinpath(*part.split(".")[1:])
            found += sorted(base.rglob("*.py")) if base.is_dir() else [base.with_suffix(".py")]
    return found
