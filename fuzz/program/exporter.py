"""Exporters: what writes a case as a program that runs where Swapstorm is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.program.case import Case
    from fuzz.program.target import Target


@dataclass(frozen=True, slots=True)
class Exporter:
    """One form of a case; others register theirs in the entry point group `swapstorm.exporters`."""

    name: str
    """The word after `--to`, by which the entry point is called as well."""
    sentence: str
    """What it writes, for a list of forms."""
    write: Callable[[Target, Case], str]
    """Returns the program's text; raises CannotRun, with a sentence, for a case that has none."""
