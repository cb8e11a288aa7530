"""The drawing of a picture: shelves below each other, boxes on them, arrows between boxes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fuzz.people.text import wrapped
from fuzz.values.picture import Look

if TYPE_CHECKING:
    from collections.abc import Collection

    from fuzz.values.picture import Cell, Link, Picture, Shelf

CHAR: Final = 6.8
"""Width of a character at 11 pixels."""
LINE: Final = 15
PAD: Final = 8
GAP: Final = 24
"""Between two boxes: room for the head of an arrow."""
TITLE: Final = 22
BELOW: Final = 46
"""Below a shelf: room for the arrows on it, and to the next one."""
CHARS_MAX: Final = 24


@dataclass(frozen=True, slots=True)
class Box:
    """A cell."""

    name: str
    lines: tuple[str, ...]
    damage: tuple[str, ...]
    look: str
    x: float
    y: float
    width: float
    height: float
    changed: bool
    outside: bool = False
    """Whether it is no cell, but where a link leads to instead."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a shelf."""

    text: str
    y: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """A link."""

    path: str
    text: str
    x: float
    y: float
    damaged: bool
    title: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that is to be drawn, and the same in words."""

    width: float
    height: float
    headings: tuple[Heading, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    words: tuple[str, ...]


def draw_picture(picture: Picture, changed: Collection[str] = ()) -> Drawing:
    """Lay a picture out, marking the cells that have changed."""
    return _Drawer(picture, changed).drawing()


class _Drawer:
    """Places shelf after shelf."""

    def __init__(self, picture: Picture, changed: Collection[str]) -> None:
        self._picture = picture
        self._changed = changed
        self._headings: list[Heading] = []
        self._boxes: dict[str, Box] = {}
        self._outside: dict[int, Box] = {}
        """Where links lead to that lead to no cell, by the number of the link."""
        self._names = [cell.name for shelf in picture.shelves for cell in shelf.cells]
        y = 4.0
        for shelf in picture.shelves:
            y = self._place(shelf, y)
        self._height = y

    def _place(self, shelf: Shelf, y: float) -> float:
        self._headings.append(Heading(shelf.title, y + 13))
        top, x = y + TITLE, 4.0
        boxes = [_box(cell, changed=cell.name in self._changed) for cell in shelf.cells]
        outside = {
            n: _outside_box(link)
            for n, link in enumerate(self._picture.links)
            if link.end not in self._names and link.start in [c.name for c in shelf.cells]
        }
        height = max(box.height for box in [*boxes, *outside.values()])
        for box in boxes:
            self._boxes[box.name] = _moved(box, x, top, height)
            x += box.width + GAP
        for number, box in outside.items():
            self._outside[number] = _moved(box, x, top, box.height)
            x += box.width + GAP
        return top + height + BELOW

    def drawing(self) -> Drawing:
        boxes = (*self._boxes.values(), *self._outside.values())
        arrows = tuple(self._arrow(n, link) for n, link in enumerate(self._picture.links))
        ends = [box.x + box.width for box in boxes]
        ends += [arrow.x + len(arrow.text) * CHAR for arrow in arrows]
        return Drawing(
            width=max(ends, default=0) + 6,
            height=self._height,
            headings=tuple(self._headings),
            boxes=boxes,
            arrows=arrows,
            words=tuple(_words(self._picture, self._changed)),
        )

    def _arrow(self, number: int, link: Link) -> Arrow:
        start = self._boxes[link.start]
        end = self._boxes.get(link.end) or self._outside[number]
        damage = f": {link.damage}" if link.damage else ""
        title = f"{link.start}, {link.text}: {link.end}{damage}"
        if start.y == end.y:
            return _beside(start, end, link, title)
        x0, x1 = start.x + start.width / 2, end.x + end.width / 2
        y0, y1 = start.y + start.height, end.y
        path = (
            f"M{x0:.0f} {y0:.0f} C{x0:.0f} {y0 + 30:.0f} {x1:.0f} {y1 - 34:.0f} {x1:.0f} {y1:.0f}"
        )
        return Arrow(path, link.text, x0 + 6, y0 + 14, bool(link.damage), title)


def _beside(start: Box, end: Box, link: Link, title: str) -> Arrow:
    """Draw an arrow between two boxes of one shelf: straight to a neighbour, else below."""
    damaged = bool(link.damage)
    if 0 < end.x - (start.x + start.width) <= GAP:
        x0, x1, y = start.x + start.width, end.x, start.y + 18
        return Arrow(f"M{x0:.0f} {y:.0f} H{x1:.0f}", "", x0, y, damaged, title)
    x0, x1 = start.x + start.width / 2, end.x + end.width / 2
    y0, y1 = start.y + start.height, end.y + end.height
    low = max(y0, y1) + 20
    path = f"M{x0:.0f} {y0:.0f} C{x0:.0f} {low:.0f} {x1:.0f} {low:.0f} {x1:.0f} {y1:.0f}"
    return Arrow(path, link.text, (x0 + x1) / 2, low + 4, damaged, title)


def _box(cell: Cell, *, changed: bool) -> Box:
    look = () if cell.look is Look.PLAIN else (cell.look.value,)
    said = [line for text in (*look, *cell.lines) for line in wrapped(text, CHARS_MAX)]
    damage = tuple(wrapped(cell.damage, CHARS_MAX)) if cell.damage else ()
    longest = max(len(line) for line in (cell.name + "  ", *said, *damage))
    return Box(
        cell.name,
        tuple(said),
        damage,
        cell.look.name.lower(),
        0,
        0,
        longest * CHAR + 2 * PAD,
        (1 + len(said) + len(damage)) * LINE + 2 * PAD,
        changed,
    )


def _outside_box(link: Link) -> Box:
    damage = tuple(wrapped(link.damage, CHARS_MAX)) if link.damage else ()
    longest = max(len(line) for line in (link.end, *damage))
    width, height = longest * CHAR + 2 * PAD, (1 + len(damage)) * LINE + 2 * PAD
    look = Look.PLAIN.name.lower()
    return Box(link.end, (), damage, look, 0, 0, width, height, changed=False, outside=True)


def _moved(box: Box, x: float, y: float, height: float) -> Box:
    return replace(box, x=x, y=y, height=height)


def _words(picture: Picture, changed: Collection[str]) -> list[str]:
    """Say what is drawn, a sentence each."""
    words: list[str] = []
    for shelf in picture.shelves:
        for cell in shelf.cells:
            look = "" if cell.look is Look.PLAIN else f"{cell.look.value}; "
            parts = [f"{cell.name}: {look}{'; '.join(cell.lines)}".rstrip(": ;")]
            parts += ["it has changed"] if cell.name in changed else []
            parts += [f"wrong: {cell.damage}"] if cell.damage else []
            words.append("; ".join(parts) + ".")
    for link in picture.links:
        damage = f"; wrong: {link.damage}" if link.damage else ""
        words.append(f"{link.start}, {link.text}: {link.end}{damage}.")
    return words
