"""What a guest could leave behind on this machine."""

import contextlib
import tempfile
import time
from pathlib import Path

import psutil

PATIENCE_SECONDS = 15.0
"""What others do with the devices of this machine comes and goes; what is left behind stays."""


def things() -> list[str]:
    """Every zram, attached loop, mount, swap area, folder and process that may be a guest's."""
    zrams = [path for path in Path("/sys/block").glob("zram*") if path.exists()]
    return [
        *(f"{path.name} {_made_as(path)}" for path in zrams),
        *(str(path) for path in Path("/sys/block").glob("loop*/loop/backing_file")),
        *(f"mount {line}" for line in Path("/proc/mounts").read_text().splitlines()),
        *(f"swap {line.split()[0]}" for line in Path("/proc/swaps").read_text().splitlines()[1:]),
        *(str(path) for path in Path(tempfile.gettempdir()).glob("swapstorm-guest-*")),
        *(_described(process) for process in psutil.Process().children(recursive=True)),
    ]


def left_since(before: list[str]) -> list[str]:
    """What is there, was not before, and stays."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left := [thing for thing in things() if thing not in before]:
        if time.monotonic() > deadline:
            return left
        time.sleep(0.05)
    return []


def _made_as(disk: Path) -> str:
    """The number of a disk among all that were ever made: another one of that name has another."""
    with contextlib.suppress(OSError):
        return (disk / "diskseq").read_text().strip()
    return ""


def _described(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return f"process {process.pid} {' '.join(process.cmdline())}"
    return f"process {process.pid}"


def guest_processes() -> list[psutil.Process]:
    """What this process started as guests and still lives, without whoever watches over them."""
    return [each for each in psutil.Process().children() if _is_guest(each)]


def _is_guest(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.ZombieProcess):  # It has ended; only nobody has taken note.
        return any("swapstorm-guest-" in word for word in process.cmdline())
    return False
