"""The disk behind a zram, as cases speak of it: `$backing`, where a kernel has a path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.program.domain import Number, Word
from fuzz.program.target import Setting
from targets.linux.block.files import path_of
from targets.linux.block.ram_disk import RamDisk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from targets.linux.block.disk import Disk
    from targets.linux.machine.machine import Machine

BACKING: Final = Setting(
    "backing",
    Word(("none", "disk"), drawn=("none", "disk", "disk", "disk")),
    "none",
    "whether the zram has a backing device at boot, where its kernel knows them",
)
BACKING_PAGES: Final = Setting(
    "backing_pages", Number(1, 64), "8", "size of the backing device, in pages"
)

NAME: Final = "backing"
WRITTEN: Final = f"${NAME}"
"""What a case writes, and is shown, instead of the path; written, a newline comes with it."""

DISK_NAME: Final = "loop0"
WHOLE_NAME: Final = "sda"
PARTITION_NAME: Final = "sda1"
DISK_NUMBER: Final = 100
"""Far from the numbers of the devices that a machine has anyway."""


BACKING_IS: Final = Setting(
    "backing_is",
    Word(("disk", "partition")),
    "disk",
    f"whether the backing device is a disk, or {PARTITION_NAME} beside its whole {WHOLE_NAME}",
)


def has_backing(settings: Mapping[str, Any]) -> bool:
    """Whether there is a backing disk; without one, `$backing` is no file."""
    return settings[BACKING.name] == "disk"


def plug_backing_disk(machine: Machine, settings: Mapping[str, Any]) -> None:
    """Plug the backing disk in, if there is one; a partition comes with its whole disk."""
    pages = settings[BACKING_PAGES.name]
    if not has_backing(settings):
        return
    if settings.get(BACKING_IS.name) == "partition":
        RamDisk(machine, WHOLE_NAME, DISK_NUMBER + 1, pages)
        RamDisk(machine, PARTITION_NAME, DISK_NUMBER, pages)
    else:
        RamDisk(machine, DISK_NAME, DISK_NUMBER, pages)


def _backing(machine: Machine) -> Disk | None:
    return machine.disks.get(DISK_NAME) or machine.disks.get(PARTITION_NAME)


def to_kernel(machine: Machine, text: str) -> str:
    """Write the path of the backing disk for its name, and a newline, as `echo` does."""
    disk = _backing(machine)
    return text if disk is None or text != WRITTEN else f"{path_of(disk)}\n"


def to_case(machine: Machine, text: str) -> str:
    """Write the name of the backing disk for its path."""
    disk = _backing(machine)
    return text if disk is None or text != path_of(disk) else WRITTEN
