"""Counters of a struct as a mapping, without the copies that `dataclasses.asdict` makes of each."""

from __future__ import annotations

from typing import Protocol


class HasCounters(Protocol):
    """A dataclass with slots, each of which is a number."""

    __slots__: tuple[str, ...]


def counts_of(counters: HasCounters) -> dict[str, int]:
    """Return the counters by their names."""
    return {name: getattr(counters, name) for name in type(counters).__slots__}
