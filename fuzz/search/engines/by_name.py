"""Engines by the names that people use.

An engine is a function that runs cases with an explorer until the runs of its assignment are done.
Which case comes next is a function of the assignment alone.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from fuzz.search.explorer import Explorer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.search.assignment import Assignment, Listener


class Engine(Protocol):
    """Decides which case runs next."""

    def __call__(self, explorer: Explorer) -> None:
        """Search until `explorer.over`."""
        ...


ATHERIS: Final = "atheris"
IN_PROCESS: Final = "inprocess"
UNIFORM: Final = "uniform"
UNIFORM_PCT3: Final = "uniform-pct3"

MODULES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        ATHERIS: ("atheris_engine", "libFuzzer keeps cases that reach something new, we mutate"),
        IN_PROCESS: ("in_process", "the same with a corpus and an energy of our own"),
        UNIFORM: ("uniform", "peer: random programs, random walk"),
        UNIFORM_PCT3: ("uniform_pct3", "peer: random programs, PCT of depth 3"),
    }
)
"""The module of each engine, loaded when it is used, as some need what is not there everywhere;
and what it is in a few words."""

ENGINE_NAMES: Final = tuple(MODULES)
ENGINE_DEFAULT: Final = ATHERIS
NEED_ATHERIS: Final = (ATHERIS,)


def engine_named(name: str) -> Engine:
    """Return the engine of a name, one of `ENGINE_NAMES`."""
    module, _ = MODULES[name]
    search: Engine = import_module(f"{__package__}.{module}").search
    return search


def search(name: str, assignment: Assignment, listener: Listener) -> Explorer:
    """Search what is assigned with an engine; return what is known then."""
    explorer = Explorer(assignment, listener)
    engine_named(name)(explorer)
    return explorer
