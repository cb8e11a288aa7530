"""The one line of conversation with an agent: lines of bytes over a socket, with time limits."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import socket
    from pathlib import Path

PIECE_BYTES: Final = 1 << 16
SHORT_BYTES: Final = 1024


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

    def receive(self, seconds: float) -> bytes:
        """Return the next line; `TimeoutError` if it does not come, `EOFError` if none will."""
        deadline = time.monotonic() + seconds
        searched = 0
        while (end := self._heard.find(b"\n", searched)) < 0:
            searched = len(self._heard)
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.socket.settimeout(left)
            piece = self._receive_piece()
            if not piece:
                raise EOFError
            self._heard += piece
        line = bytes(self._heard[:end])
        del self._heard[: end + 1]
        return line

    def _receive_piece(self) -> bytes:
        try:
            return self.socket.recv(PIECE_BYTES)
        except ConnectionResetError:
            return b""

    def close(self) -> None:
        """Hang up, which asks the agent to tidy up and go."""
        self.socket.close()
