"""Where a swap area lies on its disk: all of it, or a swap file of one extent [mm/swapfile.c].

The file system of a disk with a swap file is mounted, and is not modelled beyond its blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from targets.linux.block.disk import blkdev_get, blkdev_put, get_capacity
from targets.linux.machine.errno import EBUSY, Refusal
from targets.linux.machine.page import SECTORS_PER_PAGE

if TYPE_CHECKING:
    from targets.linux.block.disk import Disk
    from targets.linux.swap.core import SwapCore


@dataclass(frozen=True, slots=True)
class Extent:
    """Consecutive blocks of a disk (struct swap_extent)."""

    start: int
    pages: int


def extent_of(core: SwapCore, disk: Disk) -> Extent:
    """Return where an area on a disk would lie: its swap file, or else the whole disk."""
    whole = Extent(0, get_capacity(disk) // SECTORS_PER_PAGE)
    return core.swap_files.get(disk, whole)


def claim(core: SwapCore, disk: Disk, holder: object) -> None:
    """Open a disk for one alone, or make sure that its swap file is not in use; EBUSY."""
    if disk not in core.swap_files:
        blkdev_get(disk, holder)
    elif any(area.disk is disk for area in core.swap_info):
        raise Refusal(EBUSY)


def unclaim(core: SwapCore, disk: Disk) -> None:
    """Undo `claim`."""
    if disk not in core.swap_files:
        blkdev_put(disk)


def make_swap_file(core: SwapCore, disk: Disk, start: int) -> None:
    """Mount the file system of a disk, whose swap file begins at a block and ends the disk."""
    pages = get_capacity(disk) // SECTORS_PER_PAGE
    blkdev_get(disk, "mount")
    core.swap_files[disk] = Extent(start, pages - start)
