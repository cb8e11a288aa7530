"""The catalogue of targets: whatever is installed in the entry point group `swapstorm.targets`.

A target is loaded when somebody asks for it, so that a broken one stands in nobody else's way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from fuzz.people.errors import UserError
from fuzz.program.target import Target

GROUP: Final = "swapstorm.targets"


class CatalogueError(UserError):
    """An installed target does not work: which one, and why."""


class Catalogue(Mapping[str, Target]):
    """The targets that are installed, by name, sorted."""

    def __init__(self, found: tuple[EntryPoint, ...] | None = None) -> None:
        """Look for entry points; nothing is loaded yet."""
        installed = found if found is not None else tuple(entry_points(group=GROUP))
        self._entries: dict[str, EntryPoint] = {}
        self._targets: dict[str, Target] = {}
        for entry in sorted(installed, key=lambda entry: (entry.name, entry.value)):
            other = self._entries.setdefault(entry.name, entry)
            if other.value != entry.value:
                raise CatalogueError(f"target {entry.name}: both {other.value} and {entry.value}")

    def __getitem__(self, name: str) -> Target:
        """Load a target; CatalogueError when it is broken, KeyError when it is not installed."""
        if name not in self._targets:
            self._targets[name] = _load(self._entries[name])
        return self._targets[name]

    def __contains__(self, name: object) -> bool:
        """Whether a target is installed, working or not."""
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Count the targets."""
        return len(self._entries)

    def package(self, name: str) -> str:
        """Name the top-level package that holds a target and its model, without importing it."""
        return self._entries[name].module.partition(".")[0]


def find_target(name: str) -> Target:
    """Load the installed target with a name; UserError when there is none."""
    return _catalogue_with(name)[name]


def target_package(name: str) -> str:
    """Name the top-level package that holds an installed target, without importing it."""
    return _catalogue_with(name).package(name)


def _catalogue_with(name: str) -> Catalogue:
    catalogue = Catalogue()
    if name not in catalogue:
        known = ", ".join(catalogue) or "none that is installed"
        raise UserError(f"target: expected one of {known}, not {name!a}")
    return catalogue


def _load(entry: EntryPoint) -> Target:
    try:
        target: Target = entry.load()
    except Exception as error:  # Whatever a foreign module raises, the person must learn of it.
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise CatalogueError(f"target {entry.name} ({entry.value}) does not load: {why}") from error
    name = getattr(target, "name", None)
    if name != entry.name:
        raise CatalogueError(f"target {entry.name} ({entry.value}) calls itself {name!a}")
    return target
