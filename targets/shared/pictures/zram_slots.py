"""The slots of a zram: what each of them holds, and whether a page can be had from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.values.picture import Cell
from targets.linux.zram.device import init_done
from targets.linux.zram.inspection import Unreadable, slot_image
from targets.linux.zsmalloc.handle import is_live
from targets.linux.zsmalloc.pool import usable_size
from targets.shared.pictures.zspages import sketch_zspages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot
    from targets.shared.pictures.sketch import Sketch


def sketch_zram(sketch: Sketch, zram: Zram) -> None:
    """Add the slots of a device and the zspages of its pool; nothing while it has no size."""
    if not init_done(zram) or zram.meta.freed:
        return
    held = {index: slot for index, slot in sorted(zram.meta.slots.items()) if _holds(slot)}
    title = f"{zram.disk.name}: slots"
    sketch.add_shelf(title, [_cell(zram, index, slot) for index, slot in held.items()])
    owners = {slot.handle: slot_name(zram, i) for i, slot in held.items() if slot.handle}
    sketch_zspages(sketch, zram.meta.pool, owners)
    for index, slot in held.items():
        if slot.wb:
            sketch.link(slot_name(zram, index), f"block {slot.block}", "written back to")


def slot_name(zram: Zram, index: int) -> str:
    """Name a slot of a device."""
    return f"{zram.disk.name} slot {index}"


def _holds(slot: Slot) -> bool:
    return bool(slot.handle or slot.same or slot.wb)


def _cell(zram: Zram, index: int, slot: Slot) -> Cell:
    flags = ("same", "huge", "wb", "under_wb", "idle", "incompressible")
    lines = [f"{slot.size} bytes", *(flag for flag in flags if getattr(slot, flag))]
    return Cell(slot_name(zram, index), tuple(lines), damage="; ".join(_wrong(zram, index)))


def _wrong(zram: Zram, index: int) -> Iterator[str]:
    """Say what is wrong with a slot."""
    slot, pool = zram.meta.slots[index], zram.meta.pool
    if slot.handle and is_live(pool, slot.handle):
        room = usable_size(pool, slot.handle)
        if slot.size > room:
            yield f"claims {slot.size} of {room} bytes"
    image = slot_image(zram, index)
    if isinstance(image, Unreadable):
        yield image.reason
