"""Opening a device by its path, as far as zram does it [fs/open.c, fs/namei.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.machine.errno import EISDIR, ENOENT, Refusal

if TYPE_CHECKING:
    from targets.linux.block.disk import Disk
    from targets.linux.machine.machine import Machine

FOLDER: Final = "/dev/"
NO_BLOCK_DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/full")
"""Files that can be opened for writing, and are something else."""


def path_of(disk: Disk) -> str:
    """Return the path of a disk (file_path)."""
    return f"{FOLDER}{disk.name}"


def find_file(machine: Machine, path: str) -> Disk | None:
    """Look a file up in order to write to it; None for one that is no block device.

    Refuses with ENOENT, and with EISDIR for a folder: no path at all leads to the one one is in.
    """
    if path in {"", "/", FOLDER, FOLDER.rstrip("/")}:
        raise Refusal(EISDIR)
    if path in NO_BLOCK_DEVICES:
        return None
    name = path.removeprefix(FOLDER)
    if name == path or name not in machine.disks:
        raise Refusal(ENOENT)
    return machine.disks[name]
