"""The one line of conversation with an agent: lines of bytes over a socket, with time limits."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import socket

PIECE_BYTES: Final = 1 << 16


@dataclass(slots=True)
class Channel:
    """Our end of a socket pair."""

    socket: socket.socket
    _heard: bytearray = field(default_factory=bytearray)

    def send(self, line: bytes, seconds: float) -> None:
        """Send a line; `TimeoutError` if nobody takes it, `BrokenPipeError` if nobody is there."""
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
