"""What judges ask of a device at quiescence. Nothing here announces a point or changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from targets.linux.block.ram_disk import RamDisk
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.backends import zcomp_available_algorithm
from targets.linux.zram.comps import comp_of
from targets.linux.zram.device import init_done
from targets.linux.zram.per_cpu_streams import PerCpuStreams, SleepableStreams
from targets.linux.zram.slot import filled_page
from targets.linux.zram.stats import same_pages_stored
from targets.linux.zsmalloc.handle import allocated_in
from targets.linux.zsmalloc.inspection import object_bytes

if TYPE_CHECKING:
    from targets.linux.machine.cpuhp import Instance
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot

WRITER: Final = "zram_bvec_write"
"""Who stores pages, where nothing says more."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why no page can be had from a slot that has an object."""

    reason: str


@dataclass(frozen=True, slots=True)
class Recount:
    """What the statistics of a device must be, counted from its slots."""

    pages_stored: int
    compr_data_size: int
    same_pages: int
    huge_pages: int
    handles: tuple[int, ...]
    """The objects that the slots hold, in the order of the slots: all that the pool may have."""


def hotplug_instances(zram: Zram) -> list[Instance]:
    """Return what of a device is to be told of CPUs: the streams of each compressor that it has."""
    streams = (comp.streams for comp in zram.comps.zcomps if comp is not None)
    return [each for each in streams if isinstance(each, PerCpuStreams | SleepableStreams)]


def offers_algorithm(zram: Zram, name: str) -> bool:
    """Whether a device can use an algorithm, be it listed or not."""
    return zcomp_available_algorithm(zram.machine.kernel, name)


def slot_image(zram: Zram, index: int) -> bytes | Unreadable | None:
    """Return the page that a slot holds; None for an empty one, or one written to another zram."""
    slot = zram.meta.slots.get(index) if init_done(zram) else None
    if slot is None:
        return None
    if slot.wb:
        return _block_image(zram, slot.block)
    if slot.same:
        return filled_page(slot.element)
    return _object_image(zram, slot) if slot.handle else None


def stored_by(zram: Zram, index: int) -> str:
    """Name the function that stored what a slot holds, as far as one can tell."""
    slot = zram.meta.slots.get(index) if init_done(zram) else None
    if slot is None or not slot.handle:
        return WRITER
    return allocated_in(zram.meta.pool, [slot.handle])


def recount(zram: Zram) -> Recount:
    """Count what the slots hold; a device without a size holds nothing."""
    slots = zram.meta.slots if init_done(zram) else {}
    in_order = [slots[index] for index in sorted(slots)]
    same_pages = sum(slot.same for slot in in_order)
    holding = [slot for slot in in_order if slot.handle and not slot.same]
    elsewhere = sum(slot.wb for slot in in_order)
    return Recount(
        pages_stored=len(holding) + elsewhere + same_pages * same_pages_stored(zram.machine.kernel),
        compr_data_size=sum(slot.size for slot in holding),
        same_pages=same_pages,
        huge_pages=sum(slot.huge for slot in in_order),
        handles=tuple(slot.handle for slot in holding),
    )


def _block_image(zram: Zram, block: int) -> bytes | Unreadable | None:
    disk = zram.backing.dev
    if disk is None:
        return Unreadable("its block is on no disk")
    return disk.operations.block(block) if isinstance(disk.operations, RamDisk) else None


def _object_image(zram: Zram, slot: Slot) -> bytes | Unreadable:
    stored = object_bytes(zram.meta.pool, slot.handle, slot.size)
    if stored is None:
        return Unreadable("its handle leads to no object")
    if slot.size == PAGE_SIZE:
        return stored
    data = comp_of(zram, slot.priority).decompressed(stored)
    if data is None:
        return Unreadable(f"its {slot.size} bytes do not decompress")
    if len(data) < PAGE_SIZE:
        return Unreadable(f"its {slot.size} bytes decompress to {len(data)} only")
    return data
