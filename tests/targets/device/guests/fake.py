"""A guest that is a few lines of Python: it says, or fails to say, what a test wants."""

import sys
from dataclasses import dataclass
from pathlib import Path

from targets.device.guests.kind import Kind

HELLO = 'say({"hello": {"release": "fake"}})'

PRELUDE = """
import json, os, signal, socket, subprocess, sys, time
channel = socket.socket(fileno=int(sys.argv[1]))
lines = channel.makefile("rb")
def say(message):
    channel.sendall(json.dumps(message).encode() + b"\\n")
"""


@dataclass(frozen=True, slots=True)
class Fake:
    """A kind of guest that runs a script."""

    script: str
    boot_seconds_max: float = 20.0
    takes_files: bool = False
    tidy_seconds: float = 0.0
    name: str = "fake"

    def command(self, folder: Path, channel: int) -> list[str]:
        """Write the script and run it."""
        path = folder / "fake.py"
        path.write_text(PRELUDE + self.script)
        return [sys.executable, "-IS", str(path), str(channel)]


@dataclass(frozen=True, slots=True)
class Without:
    """A kind of guest that is started without some of its arguments."""

    kind: Kind
    beginning: str

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def boot_seconds_max(self) -> float:
        return self.kind.boot_seconds_max

    @property
    def takes_files(self) -> bool:
        return self.kind.takes_files

    @property
    def tidy_seconds(self) -> float:
        return self.kind.tidy_seconds

    def command(self, folder: Path, channel: int) -> list[str]:
        words = self.kind.command(folder, channel)
        return [word for word in words if not word.startswith(self.beginning)]
