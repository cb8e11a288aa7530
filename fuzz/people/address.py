"""Where a target is: the name of an installed one, or `module:attribute` for one that is not."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

from fuzz.people.catalogue import find_target, target_package
from fuzz.people.errors import UserError

if TYPE_CHECKING:
    from fuzz.program.target import Target


def is_address(where: str) -> bool:
    """Whether this is `module:attribute` rather than a name."""
    return ":" in where


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


def package_at(where: str) -> str:
    """Name the top-level package that holds a target and its model, without importing it."""
    return where.partition(":")[0].partition(".")[0] if is_address(where) else target_package(where)
