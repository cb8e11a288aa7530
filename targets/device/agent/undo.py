"""What was made and is not yet taken away, known to two processes.

The worker makes things; its parent, the janitor, hears of each through a pipe, and makes zrams.
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

ANSWER_BYTES_MAX: Final = 64
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
    answers: int | None = None  # the janitor's
    things: list[str] = field(default_factory=list[str])

    def add_zram(self) -> int:
        """Have a zram made, and return its number."""
        if self.janitor is None or self.answers is None:
            number = add_zram()
        else:
            os.write(self.janitor, b"?\n")
            number = int(os.read(self.answers, ANSWER_BYTES_MAX) or -errno.ESRCH)
        if number < 0:
            raise OSError(-number, os.strerror(-number))
        self.things.append(f"zram {number}")
        return number

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


@dataclass(slots=True)
class Janitor:
    """The parent of a worker: it makes zrams for it, so that none is made unnoticed."""

    notes: int
    """The end of a pipe on which the worker says what it made, or asks for a zram."""
    answers: int
    """The end of a pipe on which it is told the number of that zram, or the errno."""
    left: Journal = field(default_factory=Journal)
    made_as: dict[str, str] = field(default_factory=dict[str, str])

    def follow(self) -> Journal:
        """Listen until the worker ends, and return what it left."""
        with os.fdopen(self.notes, encoding="utf-8") as lines:
            for line in lines:
                match line[0], line[1:-1]:
                    case "?", _:
                        os.write(self.answers, f"{self._add()}\n".encode())
                    case "+", thing:
                        self.left.made(thing)
                    case _, thing:
                        self.left.gone(thing)
        self.left.things = [thing for thing in self.left.things if not self._is_anothers(thing)]
        return self.left

    def _add(self) -> int:
        """Make a zram, and return its number or, below zero, the errno."""
        try:
            number = add_zram()
        except OSError as error:
            return -(error.errno or errno.EIO)
        self.left.made(f"zram {number}")
        self.made_as[str(number)] = disk_sequence(str(number))
        return number

    def _is_anothers(self, thing: str) -> bool:
        """Whether a worker died before it said that a zram is gone, and another has its name."""
        number = thing.rsplit(maxsplit=1)[-1].removeprefix("/dev/zram")
        return number in self.made_as and self.made_as[number] != disk_sequence(number)


def add_zram() -> int:
    """Make a zram and return its number."""
    return int((CONTROL / "hot_add").read_text(encoding="utf-8"))


def disk_sequence(number: str) -> str:
    """The number of a zram among all disks ever made, from 5.15 on; none for one that is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/sys/block/zram{number}/diskseq").read_text(encoding="utf-8")
    return ""
