"""Where a device holds what it must not: for judges and for what comes after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.swap.area import swp_offset
from targets.linux.swap.inspect import slots_in_use
from targets.linux.zram.device import init_done
from targets.linux.zram.inspection import Unreadable, slot_image

if TYPE_CHECKING:
    from targets.linux.swap.area import Entry
    from targets.swap.system import SwapSystem


def damaged_blocks(system: SwapSystem) -> list[int]:
    """Return the blocks of the first device whose contents no page ever was, or have a wrong CRC.

    What a user wrote from a page that he kept changing is his own fault.
    """
    if system.crc_disk is not None:
        blocks = sorted(system.crc_disk.blocks.items())
        return [index for index, block in blocks if not (block.intact or block.direct)]
    return [swp_offset(entry) for entry, _ in torn_images(system)]


def torn_images(system: SwapSystem) -> list[tuple[Entry, Unreadable | bytes]]:
    """Return the slots of the zram whose images are no snapshot of a page, with the images."""
    zram = system.zram
    if zram is None or not init_done(zram):
        return []
    entries = [slot.entry for slot in slots_in_use(system.core)]
    here = [entry for entry in entries if system.area_disk(entry) is system.disk]
    images = [(entry, slot_image(zram, swp_offset(entry))) for entry in here]
    return [
        (entry, image)
        for entry, image in images
        if image is not None
        and image not in system.stored
        and swp_offset(entry) not in system.raced
    ]
