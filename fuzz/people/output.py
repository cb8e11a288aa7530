"""Output: results to standard output, complaints to standard error, tables to terminals."""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Status(IntEnum):
    """What `swapstorm` tells the shell."""

    GOOD = 0
    FAILED = 1
    """A finding says otherwise."""
    MISUSED = 2
    """A bad case, a bad option, a file that cannot be read or written."""
    UNDETERMINED = 3
    """Nothing says otherwise, but not all of it was looked at: no pass, and no failure."""
    BUG = 70
    """Swapstorm itself is wrong: EX_SOFTWARE of `sysexits.h`, which no verdict is taken for."""
    INTERRUPTED = 130
    """Ctrl-C, as a shell counts signals: 128 + SIGINT."""
    READER_GONE = 141
    """Who read the output has left: 128 + SIGPIPE."""


def say(text: str) -> None:
    """Give a line of results."""
    click.echo(text)


def complain(problem: Exception | str) -> None:
    """Say in one line on standard error what is wrong."""
    text = problem.format_message() if isinstance(problem, click.ClickException) else str(problem)
    click.echo("swapstorm: " + " ".join(text.split()), err=True)


def on_terminal() -> bool:
    """Whether a person reads along: then tables are drawn."""
    return Console(file=sys.stdout).is_terminal


def show_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Draw a table for a terminal, or write its rows with tabs for whatever else reads them."""
    if not on_terminal():
        for row in rows:
            say("\t".join(row))
        return
    table = Table(*heads)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console(file=sys.stdout).print(table)
