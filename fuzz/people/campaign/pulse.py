"""The pulse: lines by which a process of a campaign says that it lives, and what it is at.

They go through a pipe and not through the hub: a full disk must not look like a hang.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from time import monotonic
from typing import IO, Final

BEAT_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Beat:
    """What a process says twice a second."""

    at: str
    """The lane or the finding that it is at; empty when it has nothing to do."""
    executions: int
    """Since it was started."""
    waits: str = ""
    """Why it does not go on, in one line; empty when it does."""

    def text(self) -> str:
        """Write it on one line."""
        return json.dumps(asdict(self))

    @staticmethod
    def parse(line: bytes) -> Beat:
        """Read what `text` wrote."""
        return Beat(**json.loads(line))


class Pulse:
    """Says how it goes, often enough and no oftener."""

    def __init__(self, channel: IO[bytes]) -> None:
        """Write into a pipe; BrokenPipeError says that the supervisor is dead."""
        self._channel = channel
        self._next = 0.0
        self._waits: str = ""
        self.at = ""
        self.executions = 0

    def beat(self, waits: str = "") -> None:
        """Say so if it is time, or if it has to wait now and had not to before."""
        now = monotonic()
        if now < self._next and waits == self._waits:
            return
        self._next = now + BEAT_SECONDS
        self._waits = waits
        line = Beat(self.at, self.executions, waits).text()
        self._channel.write(line.encode() + b"\n")
        self._channel.flush()
