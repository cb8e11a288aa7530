"""What was made and is not yet taken away, known to two processes.

The worker makes things; its parent, the janitor, hears of each through a pipe.
When the worker ends, however it does, the janitor takes away what is left.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path
from select import select
from typing import TYPE_CHECKING, Final

from targets.device.agent import libc

if TYPE_CHECKING:
    from collections.abc import Generator

CONTROL: Final = Path("/sys/class/zram-control")
CPUS: Final = Path("/sys/devices/system/cpu")

BUSY_TRIES: Final = 100
BUSY_SECONDS: Final = 0.05
"""Others, udev foremost, open a new device for a moment; in the end it becomes free."""


@contextlib.contextmanager
def unbroken() -> Generator[None]:
    """Let no SIGTERM come between making a thing and writing it down."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])


def insist(path: Path, text: str) -> None:
    """Write a file of sysfs, and again while the device is busy."""
    for _ in range(BUSY_TRIES):
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            select([], [], [], BUSY_SECONDS)
        else:
            return
    path.write_text(text, encoding="utf-8")


def take_away(thing: str) -> None:
    """Take one thing away; that it is gone already is fine."""
    kind, _, name = thing.partition(" ")
    with contextlib.suppress(FileNotFoundError):
        match kind:
            case "zram":
                if Path(f"/sys/block/zram{name}").exists():
                    insist(CONTROL / "hot_remove", name)
            case "swap":
                with contextlib.suppress(OSError):  # EINVAL: it is no swap area any more
                    libc.swapoff(name)
            case "cpu":
                insist(CPUS / f"cpu{name}" / "online", "1")
            case _:
                raise AssertionError(f"nobody knows how to take away {thing!r}")


@dataclass(slots=True)
class Journal:
    """The things that were made, the newest last; each change is told to the janitor."""

    janitor: int | None = None  # the descriptor of a pipe; a guest that ends needs no janitor
    things: list[str] = field(default_factory=list[str])

    def made(self, thing: str) -> None:
        """Note what was made."""
        self.things.append(thing)
        self._tell(f"+{thing}\n")

    def gone(self, thing: str) -> None:
        """Note that something is not there any more."""
        if thing in self.things:
            self.things.remove(thing)
            self._tell(f"-{thing}\n")

    def undo(self) -> None:
        """Take everything away, the newest first; what fails is told after the rest was tried."""
        failures: list[str] = []
        for thing in reversed(tuple(self.things)):
            try:
                take_away(thing)
            except OSError as error:
                failures.append(f"{thing} cannot be taken away: {error}")
            else:
                self.gone(thing)
        if failures:
            raise OSError(errno.EBUSY, "; ".join(failures))

    def _tell(self, line: str) -> None:
        if self.janitor is not None:
            os.write(self.janitor, line.encode())


def read_journal(pipe: int) -> Journal:
    """Follow a worker's notes until it ends, and return what it left."""
    left = Journal()
    with os.fdopen(pipe, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("+"):
                left.things.append(line[1:-1])
            elif line[1:-1] in left.things:
                left.things.remove(line[1:-1])
    return left
