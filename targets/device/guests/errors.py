"""What can go wrong with a real kernel, in one line and, if it ever spoke, its last words."""

from __future__ import annotations


class GuestError(Exception):
    """One line that says what happened and what to do; `console` holds the last lines of output."""

    def __init__(self, message: str, console: tuple[str, ...] = ()) -> None:
        """Say it in one line."""
        super().__init__(message)
        self.console = console

    @property
    def full(self) -> str:
        """The line, and below it what the console said last."""
        return "\n  | ".join((str(self), *self.console))


class CannotStart(GuestError):
    """This machine lacks what the kernel needs; nothing was started."""


class GuestLost(GuestError):
    """The kernel never booted, panicked, or stopped answering; it has been ended."""
