"""The one line of conversation with an agent: lines of bytes over a socket, with time limits."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

PIECE_BYTES: Final = 1 << 16
SHORT_BYTES: Final = 1024
MESSAGE: Final = b"{"

LOOK_SECONDS: Final = 0.5
"""How often somebody who waits looks whether anybody is there."""


@dataclass(slots=True)
class Channel:
    """Our end of a socket pair."""

    socket: socket.socket
    mail: Path | None = None
    """A folder for requests that are too long for a line that loses bytes."""
    _letters: int = 0
    _heard: bytearray = field(default_factory=bytearray)

    def send(self, line: bytes, seconds: float) -> None:
        """Send a line; `TimeoutError` if nobody takes it, `BrokenPipeError` if nobody is there."""
        if self.mail is not None and len(line) > SHORT_BYTES:
            (self.mail / str(self._letters)).unlink(missing_ok=True)  # answered long ago
            self._letters += 1
            (self.mail / str(self._letters)).write_bytes(line)
            line = b"@%d" % self._letters
        self.socket.settimeout(seconds)
        self.socket.sendall(line + b"\n")

    def receive(self, seconds: float, alive: Callable[[], bool]) -> bytes:
        """Return the next message; a line that is none is what a console says before.

        Raises `TimeoutError` if it does not come, and `EOFError` if none will: a process that is
        dead is silent even if another still holds the other end.
        """
        deadline = time.monotonic() + seconds
        while True:
            line = self._receive_line(deadline, alive)
            if line.startswith(MESSAGE):
                return line

    def _receive_line(self, deadline: float, alive: Callable[[], bool]) -> bytes:
        searched = 0
        while (end := self._heard.find(b"\n", searched)) < 0:
            searched = len(self._heard)
            self._heard += self._receive_piece(deadline, alive)
        line = bytes(self._heard[:end])
        del self._heard[: end + 1]
        return line

    def _receive_piece(self, deadline: float, alive: Callable[[], bool]) -> bytes:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        was_alive = alive()
        self.socket.settimeout(min(left, LOOK_SECONDS))
        try:
            piece = self.socket.recv(PIECE_BYTES)
        except TimeoutError:
            if was_alive:
                return b""
            raise EOFError from None
        except ConnectionResetError:
            raise EOFError from None
        if not piece:
            raise EOFError
        return piece

    def close(self) -> None:
        """Hang up, which asks the agent to tidy up and go."""
        self.socket.close()
