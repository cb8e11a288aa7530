"""Sketches: pictures in the making, to which each part of a machine adds what it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.picture import Cell, Link, Picture, Shelf

if TYPE_CHECKING:
    from collections.abc import Sequence

CELLS_MAX: Final = 8
"""Cells of a shelf that a reader looks at; more would bury those that matter."""


class Sketch:
    """Shelves and links, in the order in which they were added."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._shelves: list[Shelf] = []
        self._links: list[Link] = []

    def add_shelf(self, title: str, cells: Sequence[Cell]) -> None:
        """Add a shelf, if anything is on it: damaged cells, and of the others the first."""
        if not cells:
            return
        order = sorted(range(len(cells)), key=lambda n: (not cells[n].damage, n))
        shown = [cells[n] for n in sorted(order[:CELLS_MAX])]
        if len(cells) > CELLS_MAX:
            shown.append(Cell(f"{len(cells) - CELLS_MAX} more of {title}"))
        self._shelves.append(Shelf(title, tuple(shown)))

    def link(self, start: str, end: str, text: str, damage: str = "") -> None:
        """Add a link."""
        self._links.append(Link(start, end, text, damage))

    def picture(self) -> Picture | None:
        """Return what was added; None for nothing. Links start at cells that are shown."""
        shown = [cell.name for shelf in self._shelves for cell in shelf.cells]
        links = tuple(link for link in self._links if link.start in shown)
        return Picture(tuple(self._shelves), links) if self._shelves else None
