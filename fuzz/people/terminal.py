"""A person's terminal, on which something is redrawn while a command works; a log has none."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.live import Live

if TYPE_CHECKING:
    from typing import Self

PLAIN_SECONDS: Final = 10.0
"""How often a log hears that something goes on; a terminal sees it all the time."""
SHOW_CURSOR: Final = b"\x1b[?25h\r\n"


class Redrawn:
    """What is shown on standard error while a block runs, so that standard output holds results."""

    def __init__(self, *, each_second: int = 0) -> None:
        """Look whether a person reads along; redraw so often, or only when it is asked for."""
        console = Console(stderr=True)
        self._live = (
            Live(
                console=console,
                auto_refresh=each_second > 0,
                refresh_per_second=each_second or 1,
                transient=True,
            )
            if console.is_terminal and not console.is_dumb_terminal
            else None
        )

    def __enter__(self) -> Self:
        """Begin to show."""
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take away what is redrawn."""
        if self._live:
            self._live.stop()

    def abandon(self) -> None:
        """Leave the terminal as it was: this process is about to die. Safe in a signal handler."""
        if self._live:
            with suppress(OSError):
                os.write(2, SHOW_CURSOR)
