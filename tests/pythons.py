"""Other Pythons of this machine, with the project in environments that outlive the tests."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import Final

ROOT: Final = Path(__file__).parents[1]

SUPPORTED: Final = ("3.11", "3.12", "3.13")
THIS: Final = f"{sys.version_info.major}.{sys.version_info.minor}"

LOCK: Final = ROOT / "constraints.txt"
PROJECT: Final = ROOT / "pyproject.toml"


class NoPython(Exception):
    """There is no such Python to be had here; the text says why in a sentence."""


def project_python(version: str) -> Path:
    """Return an interpreter of a version that has the project, editable, at the locked versions."""
    interpreter = next(filter(_works, _candidates(version)), None)
    if interpreter is None:
        raise NoPython(f"no Python {version} that works is installed")
    place = Path(gettempdir()) / f"swapstorm-{os.getuid()}-{version}-{_fingerprint(interpreter)}"
    place.mkdir(mode=0o700, exist_ok=True)
    if place.stat().st_uid != os.getuid():
        raise NoPython(f"{place} belongs to somebody else")
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "ready").exists():
            _make(interpreter, place / "venv")
            (place / "ready").touch()
    return place / "venv/bin/python"


def _candidates(version: str) -> Iterator[Path]:
    """Yield where a Python may be: in pyenv's folder, newest first, or on the path."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}"), reverse=True)
    for folder in os.get_exec_path():
        yield Path(folder, f"python{version}")


def _works(interpreter: Path) -> bool:
    """Start it, because a shim may exist and still not run; Debian keeps `ensurepip` apart."""
    try:
        started = subprocess.run(
            [interpreter, "-c", "import ensurepip, venv"], check=False, capture_output=True
        )
    except OSError:
        return False
    return started.returncode == 0


def _fingerprint(interpreter: Path) -> str:
    """Name what an environment depends on: the interpreter, the place, the two files."""
    parts = (bytes(interpreter), bytes(ROOT), PROJECT.read_bytes(), LOCK.read_bytes())
    return sha256(b"\0".join(parts)).hexdigest()[:12]


def _make(interpreter: Path, venv: Path) -> None:
    """Do what `scripts/setup` does, without the development tools."""
    pip = (venv / "bin/python", "-m", "pip", "--disable-pip-version-check", "install", "-qq")
    locked = (*pip, "--constraint", LOCK)
    for command in (
        (interpreter, "-m", "venv", "--clear", venv),
        (*locked, "hatchling"),
        (*locked, "--no-build-isolation", "--editable", ROOT),
    ):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            why = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise NoPython(f"{interpreter} cannot have the project: {' '.join(why)}")
