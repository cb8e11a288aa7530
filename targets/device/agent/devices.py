"""The zrams that a program has: made by hot_add, looked at, and gone at its end."""

from __future__ import annotations

import errno
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from targets.device.agent.undo import CONTROL, Journal, insist, unbroken

ANSWER_BYTES_MAX: Final = 1 << 20
UDEV: Final = Path("/run/udev/control")


@dataclass(slots=True)
class Zram:
    """One zram of ours, and those of its files that stay open to be read after each step."""

    number: int
    watched: dict[str, int | None] = field(default_factory=dict[str, "int | None"])

    @property
    def node(self) -> str:
        """The device file."""
        return f"/dev/zram{self.number}"

    def file(self, name: str) -> str:
        """One of its files in sysfs, or the one in debugfs."""
        if name == "block_state":
            return f"/sys/kernel/debug/zram/zram{self.number}/{name}"
        return f"/sys/block/zram{self.number}/{name}"

    def show(self, name: str) -> str:
        """Read a file."""
        descriptor = os.open(self.file(name), os.O_RDONLY | os.O_CLOEXEC)
        try:
            return _read_all(descriptor)
        finally:
            os.close(descriptor)

    def store(self, name: str, text: str) -> int:
        """Write a file in one call, and return what write() returned."""
        descriptor = os.open(self.file(name), os.O_WRONLY | os.O_CLOEXEC)
        try:
            return os.write(descriptor, text.encode("latin-1"))
        finally:
            os.close(descriptor)

    def watch(self, names: list[str]) -> None:
        """Open the files that are looked at after each step; a missing one stays missing."""
        for name in names:
            try:
                self.watched[name] = os.open(self.file(name), os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                self.watched[name] = None

    def look(self) -> dict[str, str | None]:
        """Read the watched files; a missing one is none."""
        return {
            name: None if descriptor is None else _read_all(descriptor)
            for name, descriptor in self.watched.items()
        }

    def forget(self) -> None:
        """Close the watched files."""
        for descriptor in self.watched.values():
            if descriptor is not None:
                os.close(descriptor)
        self.watched.clear()


def _read_all(descriptor: int) -> str:
    """Read a file of the kernel from its start, which asks the kernel anew."""
    text = b""
    while piece := os.pread(descriptor, ANSWER_BYTES_MAX, len(text)):
        text += piece
    return text.decode("latin-1")


def hot_add(journal: Journal) -> Zram:
    """Make a zram, and wait until udev, if there is one, has looked at it."""
    with unbroken():
        number = journal.add_zram()
    if UDEV.exists():
        subprocess.run(["udevadm", "settle", "--timeout=5"], check=False)
    return Zram(number)


def hot_remove(journal: Journal, zram: Zram) -> None:
    """Remove a zram of ours; EBUSY while it is open."""
    if f"zram {zram.number}" not in journal.things:
        raise OSError(errno.ENODEV, "it is gone already")
    with unbroken():
        (CONTROL / "hot_remove").write_text(str(zram.number), encoding="utf-8")
        journal.gone(f"zram {zram.number}")
    zram.forget()


def remove_at_last(journal: Journal, zram: Zram) -> None:
    """Remove a zram at the end of a program, even if somebody has it open for a moment."""
    zram.forget()
    if f"zram {zram.number}" in journal.things:
        with unbroken():
            insist(CONTROL / "hot_remove", str(zram.number))
            journal.gone(f"zram {zram.number}")
