"""Runs exported programs on real kernels: here, or in a guest with what they need."""

import base64
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import pytest

from targets.device.guests.guest import Guest

TOOLS: Final = (
    "sh", "base64", "blkdiscard", "cat", "dd", "gzip", "id", "losetup", "mktemp", "od", "rm",
    "sleep", "tail", "tr",
)  # fmt: skip
SECONDS_MAX: Final = 200.0


@dataclass(frozen=True)
class Said:
    """How a program ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def answers(self) -> list[str]:
        """The answer of each operation."""
        return [line.split(" | ")[2] for line in self.out.splitlines()]

    @property
    def model(self) -> list[str]:
        """What the model answers to each operation."""
        return [line.split(" | model ")[1] for line in self.out.splitlines()]


def compiled(source: str, folder: Path, *options: str) -> Path:
    """Compile a program in C; skip where nobody can."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler is here; install gcc and libc6-dev")
    (folder / "replay.c").write_text(source)
    binary = folder / "replay"
    strict = ("-O2", "-Wall", "-Wextra", "-Werror", "-pthread", *options)
    command = [compiler, *strict, "-o", str(binary), str(folder / "replay.c")]
    subprocess.run(command, check=True)
    return binary


def run_on(kernel: Guest, program: Path, *words: str) -> Said:
    """Run a program on a kernel: a binary by itself, a script with the shell of this machine."""
    shell = ["sh"] if program.suffix == ".sh" else []
    if not kernel.hello["own_machine"]:
        return run_here([*shell, str(program), *words])
    files = [program, *(_needed() if shell else ())]
    answer = kernel.request(
        {
            "do": "execute",
            "files": [{"path": _inside(file, program), "data": _encoded(file)} for file in files],
            "command": [*shell, _inside(program, program), *words],
        },
        SECONDS_MAX,
    )
    return Said(**cast("dict[str, object]", answer))  # pyright: ignore[reportArgumentType]


def run_here(command: list[str]) -> Said:
    """Run a command on this machine."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return Said(done.returncode, done.stdout, done.stderr)


def _inside(file: Path, program: Path) -> str:
    """Each test brings a program of its own, under a name that no other has."""
    return f"/programs/{program.parent.name}" if file == program else str(file)


def _encoded(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()


def _needed() -> list[Path]:
    """The programs that a script needs, with their libraries, under the names they look for."""
    found: dict[str, None] = {}
    for tool in TOOLS:
        where = shutil.which(tool)
        if where is None:
            pytest.skip(f"the program {tool} is not here")
        found[where] = None
        listing = subprocess.run(["ldd", where], check=True, capture_output=True, text=True).stdout
        words = [word for line in listing.splitlines() for word in line.split()]
        found |= {word: None for word in words if word.startswith("/") and os.path.isfile(word)}
    return [Path(name) for name in found]
