"""Pictures: the state around a damage as rows of cells with links between them.

A system under test says what there is; how it is drawn, in ASCII or SVG, is up to reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Look(Enum):
    """What a cell is to its owner, which a drawing shows at a glance."""

    PLAIN = "plain"
    USED = "in use"
    FREE = "free"
    LOST = "in use, with no owner"
    """Nobody can give it back, unless somebody is about to own it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing in a row: an object, a slot, a page."""

    name: str
    """What links lead to, unique in its picture: `object 1`."""
    lines: tuple[str, ...] = ()
    """What there is to say of it, a few words each."""
    look: Look = Look.PLAIN
    damage: str = ""
    """What is wrong with it, in a few words; empty when nothing is."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Cells that lie beside each other, in order."""

    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A way from one cell to another: a pointer, an index, a reference."""

    start: str
    """The name of the cell that it starts from."""
    end: str
    """The name of a cell or, where it leads to none, where it leads to instead."""
    text: str
    """What it is: `next free`."""
    damage: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """The state of a system at one moment, as far as it has to do with a finding."""

    shelves: tuple[Shelf, ...]
    links: tuple[Link, ...] = ()

    @property
    def damages(self) -> tuple[str, ...]:
        """All that is wrong, cells first."""
        cells = [cell for shelf in self.shelves for cell in shelf.cells]
        return (
            *(f"{cell.name}: {cell.damage}" for cell in cells if cell.damage),
            *(f"{link.start}, {link.text}: {link.damage}" for link in self.links if link.damage),
        )

    @property
    def damaged(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.damages)
