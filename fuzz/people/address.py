"""Where a target is: the name of an installed one, or `module:attribute` for one that is not."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

from fuzz.people.catalogue import find_target
from fuzz.people.errors import UserError
from fuzz.people.packages import is_address, package_at
from fuzz.search.engines.by_name import NEEDS_EDGES
from fuzz.search.job import EDGES

if TYPE_CHECKING:
    from collections.abc import Collection

    from fuzz.program.target import Target


def target_at(where: str) -> Target:
    """Load a target; UserError says in one line why that cannot be."""
    if not is_address(where):
        return find_target(where)
    entry = EntryPoint(name="", value=where, group="")
    try:
        target: Target = entry.load()
    except Exception as error:  # Whatever a foreign module raises, the person must learn of it.
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise UserError(f"target {where} does not load: {why}") from error
    if not isinstance(getattr(target, "name", None), str):
        raise UserError(f"target {where} is no target: it has no name")
    return target


def target_for(engine: str, signals: Collection[str], where: str) -> Target:
    """Load a target for an engine: with its edges counted if they guide the search."""
    if engine not in NEEDS_EDGES and EDGES not in signals:
        return target_at(where)
    from fuzz.search.engines.atheris_engine import instrumented  # noqa: PLC0415 - not everywhere

    with instrumented(package_at(where)):
        return target_at(where)
