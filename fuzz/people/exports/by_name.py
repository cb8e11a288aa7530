"""The forms that a case can be exported to: ours, and what is installed."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Final

from fuzz.people.errors import UserError
from fuzz.people.exports.pytest_file import PYTEST
from fuzz.program.exporter import Exporter

GROUP: Final = "swapstorm.exporters"
OWN: Final = (PYTEST,)


def exporter_names(found: tuple[EntryPoint, ...] | None = None) -> tuple[str, ...]:
    """Name all forms: ours first, then what is installed, sorted; nothing is loaded yet."""
    installed = entry_points(group=GROUP) if found is None else found
    return (*(each.name for each in OWN), *sorted({entry.name for entry in installed}))


def exporter_named(name: str, found: tuple[EntryPoint, ...] | None = None) -> Exporter:
    """Load the exporter with a name; UserError when there is none, or it is broken."""
    for own in OWN:
        if own.name == name:
            return own
    installed = entry_points(group=GROUP) if found is None else found
    for entry in sorted(installed, key=lambda entry: (entry.name, entry.value)):
        if entry.name == name:
            return _load(entry)
    raise UserError(f"--to: expected one of {', '.join(exporter_names(found))}, not {name!a}")


def _load(entry: EntryPoint) -> Exporter:
    try:
        exporter = entry.load()
    except Exception as error:  # Whatever a foreign module raises, the person must learn of it.
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise UserError(f"exporter {entry.name} ({entry.value}) does not load: {why}") from error
    if not isinstance(exporter, Exporter):
        raise UserError(f"exporter {entry.name} ({entry.value}) is none: {exporter!r:.60}")
    return exporter
