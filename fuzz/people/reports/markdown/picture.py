"""Pictures in ASCII: boxes beside each other, and arrows as lines of text below them."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from fuzz.people.text import WIDTH, wrapped
from fuzz.values.picture import Look

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from fuzz.values.picture import Cell, Link, Picture

BOX_MAX: Final = 34
"""Columns of what a box says: two boxes fit beside each other."""

CHANGED: Final = "~"
DAMAGE: Final = "!!"
"""What stands before the name of a cell that has changed, and before what is wrong."""


def picture_text(picture: Picture, changed: Collection[str] = ()) -> list[str]:
    """Draw a picture in lines of at most 80 columns, marking the cells that have changed."""
    lines: list[str] = []
    for shelf in picture.shelves:
        lines += wrapped(shelf.title)
        lines += _boxes([_box(cell, marked=cell.name in changed) for cell in shelf.cells])
    for links in _chains(picture.links):
        lines += _arrows(links)
    return lines


def _box(cell: Cell, *, marked: bool) -> list[str]:
    mark = f"{CHANGED} " if marked else ""
    look = "" if cell.look is Look.PLAIN else f": {cell.look.value}"
    texts = [f"{mark}{cell.name}{look}", *cell.lines]
    texts += [f"{DAMAGE} {cell.damage}"] if cell.damage else []
    said = [line for text in texts for line in wrapped(text, BOX_MAX, hanging=2)]
    width = max(map(len, said))
    border = f"+{'-' * (width + 2)}+"
    return [border, *(f"| {line.ljust(width)} |" for line in said), border]


def _boxes(boxes: Sequence[list[str]]) -> Iterator[str]:
    """Put boxes beside each other, as many as fit into a line."""
    row: list[list[str]] = []
    for box in boxes:
        if row and sum(len(other[0]) + 1 for other in row) + len(box[0]) > WIDTH:
            yield from _beside(row)
            row = []
        row.append(box)
    yield from _beside(row)


def _beside(row: Sequence[list[str]]) -> Iterator[str]:
    widths = [len(box[0]) for box in row]
    for lines in zip_longest(*row, fillvalue=""):
        yield " ".join(line.ljust(width) for line, width in zip(lines, widths, strict=True))


def _chains(links: Iterable[Link]) -> list[list[Link]]:
    """Join links of one kind that follow each other."""
    chains: list[list[Link]] = []
    for link in links:
        last = chains[-1][-1] if chains else None
        if last is not None and (last.end, last.text) == (link.start, link.text):
            chains[-1].append(link)
        else:
            chains.append([link])
    return chains


def _arrows(links: Sequence[Link]) -> Iterator[str]:
    words = [links[0].start]
    for link in links:
        words += [f"--{link.text}-->" if link is links[0] else "-->", link.end]
        words += [f"({DAMAGE} {link.damage})"] if link.damage else []
    yield from wrapped(" ".join(words), hanging=4)
