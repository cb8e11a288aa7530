"""A guest that is a few lines of Python: it says, or fails to say, what a test wants."""

import sys
from dataclasses import dataclass
from pathlib import Path

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
