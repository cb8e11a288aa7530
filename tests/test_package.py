"""The wheel works by itself: in an empty environment, with nothing but what it declares."""

import subprocess
import sys
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import pytest

ROOT: Final = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command away from the source tree, and show all it said if it fails."""
    done = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    return done.stdout


def build_wheel(folder: Path) -> Path:
    """Build without isolation: the backend is a development dependency, so nothing is fetched."""
    arguments = ("--wheel", "--no-isolation", "--outdir", folder, ROOT)
    run(sys.executable, "-m", "build", *arguments, cwd=folder)
    (wheel,) = folder.glob("swapstorm-*.whl")
    return wheel


def install(wheel: Path, folder: Path) -> Path:
    """Install into a new environment at the locked versions; return its folder of commands."""
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    commands = folder / "venv" / "bin"
    options = ("-qq", "--disable-pip-version-check", "--constraint", ROOT / "constraints.txt")
    run(commands / "python", "-m", "pip", "install", *options, wheel, cwd=folder)
    return commands


def test_the_wheel_holds_the_two_packages_and_nothing_else(tmp_path: Path) -> None:
    names = ZipFile(build_wheel(tmp_path)).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {
        "fuzz",
        "swapstorm",
        "targets",
    }
    assert {"fuzz/py.typed", "targets/py.typed"} <= set(names)


@pytest.mark.slow
def test_the_wheel_runs_in_an_empty_environment(tmp_path: Path) -> None:
    commands = install(build_wheel(tmp_path), tmp_path)
    version = run(commands / "swapstorm", "--version", cwd=tmp_path)
    targets = run(commands / "swapstorm", "targets", cwd=tmp_path)
    assert "0.1.0" in version
    assert "swap" in targets.split()
    assert "zram" in targets.split()
