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
HYPOTHESIS: Final = "hypothesis"
ENUMERATION: Final = "enumeration"
EXHAUSTIVE: Final = "exhaustive"
UNIFORM: Final = "uniform"
UNIFORM_PCT3: Final = "uniform-pct3"
BYTES: Final = "bytes"
THREADS: Final = "threads"

MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        IN_PROCESS: "in_process",
        ATHERIS: "atheris_engine",
        HYPOTHESIS: "hypothesis_engine",
        ENUMERATION: "enumeration",
        EXHAUSTIVE: "exhaustive",
        UNIFORM: "uniform",
        UNIFORM_PCT3: "uniform_pct3",
        BYTES: "bytes_engine",
        THREADS: "threads",
    }
)
"""The module of each engine, loaded when it is used: some need what is not there everywhere.

The last four are peers: what somebody might use instead, on the same target.
"""

ENGINE_NAMES: Final = tuple(MODULES)
ENGINE_DEFAULT: Final = IN_PROCESS
NEED_ATHERIS: Final = (ATHERIS, BYTES)
COUNTS_EDGES: Final = (ATHERIS, BYTES)
"""The engines that can use edges of the target's Python code."""
NEEDS_EDGES: Final = (BYTES,)
"""The engines that are blind without."""


def engine_named(name: str) -> Engine:
    """Return the engine of a name, one of `ENGINE_NAMES`."""
    search: Engine = import_module(f"{__package__}.{MODULES[name]}").search
    return search


def search(name: str, assignment: Assignment, listener: Listener) -> Explorer:
    """Search what is assigned with an engine; return what is known then."""
    explorer = Explorer(assignment, listener)
    engine_named(name)(explorer)
    return explorer
