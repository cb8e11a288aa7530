"""Which package holds a target: to be known before anything of it is imported."""

from __future__ import annotations

from fuzz.people.catalogue import target_package


def is_address(where: str) -> bool:
    """Whether this is `module:attribute` rather than a name."""
    return ":" in where


def package_at(where: str) -> str:
    """Name the top-level package that holds a target and its model, without importing it."""
    return where.partition(":")[0].partition(".")[0] if is_address(where) else target_package(where)
