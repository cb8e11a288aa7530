"""Plain text for mails: ASCII, at most 80 columns, tables that Markdown understands."""

from __future__ import annotations

from textwrap import TextWrapper
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH: Final = 80
"""Columns of a line that survives a mail."""

CELL_MAX: Final = 36
"""Columns of a table's cell: a first column and one more always fit beside each other."""


def plain(text: str) -> str:
    """Return the text as one line of printable ASCII that cannot end a block of code."""
    ascii_text = text.encode("ascii", "backslashreplace").decode()
    printable = "".join(c if c.isprintable() else " " for c in ascii_text)
    return printable.replace("```", "'''")


def wrapped(text: str, width: int = WIDTH, *, hanging: int = 0) -> list[str]:
    """Break a text into at least one line; the lines after the first are indented by `hanging`."""
    wrapper = TextWrapper(
        width=width, subsequent_indent=" " * min(hanging, width // 2), break_on_hyphens=False
    )
    return wrapper.wrap(plain(text)) or [""]


def counted(count: int, noun: str) -> str:
    """Write a number with its noun: `1 fault`, `2 faults`."""
    return f"{count} {noun}" + ("" if count == 1 else "s")


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Write a Markdown table; columns that do not fit follow in another, after the first one."""
    lines: list[str] = []
    for part in grouped(header, rows):
        cells = [part[0], *part[1]]
        widths = _widths(cells)
        lines += [""] if lines else []
        cells.insert(1, ["-" * width for width in widths])
        padded = [map(str.ljust, row, widths) for row in cells]
        lines += [f"| {' | '.join(row)} |" for row in padded]
    return lines


def grouped(
    header: Sequence[str], rows: Sequence[Sequence[str]]
) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Split a table into tables that are narrow enough, each with the first column."""
    cells = [[_cell(text) for text in row] for row in (header, *rows)]
    for columns in _columns_that_fit(_widths(cells)):
        head, *rest = [[row[column] for column in columns] for row in cells]
        yield head, rest


def _widths(cells: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*cells, strict=True)]


def _cell(text: str) -> str:
    shown = plain(text).replace("|", "/")
    return shown if len(shown) <= CELL_MAX else shown[: CELL_MAX - 3] + "..."


def _columns_that_fit(widths: Sequence[int]) -> list[list[int]]:
    """Group columns so that each group, with column 0 before it, is at most 80 wide."""
    groups: list[list[int]] = [[0]]
    for column in range(1, len(widths)):
        group = [*groups[-1], column]
        if sum(widths[index] + 3 for index in group) + 1 <= WIDTH:
            groups[-1] = group
        else:
            groups.append([0, column])
    return groups
