"""The first and only file system of a guest: a small Python, the agent, the kernel's modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.device.guests.bundle import write_bundle
from targets.device.guests.cpio import Archive
from targets.device.guests.python_tree import add_python, interpreter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BUNDLE: Final = "/agent.pyz"

INIT: Final = f"""#!{{python}} -IS
import sys
sys.path.insert(0, "{BUNDLE}")
from targets.device.agent.boot import main
main()
"""


def write_initramfs(folder: Path, modules: Mapping[str, bytes], config: Path | None) -> Path:
    """Write the archive into a folder and return its path."""
    bundle = folder / "agent.pyz"
    write_bundle(bundle, "main")
    archive = Archive()
    archive.add("/init", INIT.format(python=interpreter()).encode())
    archive.add_file(bundle, BUNDLE)
    add_python(archive, bundle)
    for number, (name, data) in enumerate(modules.items()):
        archive.add(f"/modules/{number:02}-{name}.ko", data)
    if config is not None:
        archive.add_file(config, f"/boot/{config.name}")
    path = folder / "initramfs"
    archive.write(path)
    return path
