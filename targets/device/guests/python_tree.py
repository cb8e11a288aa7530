"""The few files of this very Python that the agent needs, for a guest that has no file system."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from targets.device.guests.cpio import Archive

LOADED: Final = """
import os, sys
sys.path.insert(0, sys.argv[1])
import targets.device.agent.boot
for name, module in list(sys.modules.items()):
    print(getattr(module, "__file__", None) or "")
    print(os.path.join(os.path.dirname(os.__file__), *name.split(".")) + ".py")
"""
"""Prints the file of every module that the agent loads, and thus of all that it will ever load.

A module that stands for another (`collections.abc`) is looked for under its own name as well.
"""


def interpreter() -> str:
    """The interpreter itself, not a virtual environment's link to it."""
    return os.path.realpath(sys.executable)


def add_python(archive: Archive, bundle: Path) -> None:
    """Put the interpreter in, with the modules that the agent loads and the libraries of both."""
    files = [Path(interpreter()), *_modules(bundle)]
    for file in files:
        archive.add_file(file)
        compiled = Path(cache_from_source(str(file))) if file.suffix == ".py" else None
        if compiled is not None and compiled.exists():
            archive.add_file(compiled)
    binaries = [file for file in files if file.suffix != ".py"]
    for library in _libraries(binaries):
        archive.add_file(Path(library))


def _modules(bundle: Path) -> Iterator[Path]:
    """The files of the modules, and the one by which Python finds its home."""
    yield Path(os.__file__)
    listing = subprocess.run(
        [interpreter(), "-IS", "-c", LOADED, str(bundle)],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in dict.fromkeys(listing.splitlines()):
        if Path(name).is_file():
            yield Path(name)


def _libraries(binaries: Iterable[Path]) -> list[str]:
    """What the loader loads for programs and extension modules, under the names it looks for."""
    found: list[str] = []
    for binary in binaries:
        listing = subprocess.run(["ldd", binary], check=False, capture_output=True, text=True)
        for line in listing.stdout.splitlines():
            words = line.split()
            found += [word for word in words if word.startswith("/") and Path(word).is_file()][:1]
    return list(dict.fromkeys(found))
