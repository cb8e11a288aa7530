"""The state of the machine as a picture: pages of processes, their slots, what the device holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.picture import Cell, Picture
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.mm.mm_struct import MappedPte, PoisonedPte, SwapPte
from targets.linux.swap.area import swp_offset, swp_type
from targets.linux.swap.inspect import slots_in_use
from targets.shared.pictures.sketch import Sketch
from targets.shared.pictures.zram_slots import sketch_zram, slot_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from targets.linux.block.crc_disk import CrcDisk
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct, Pte
    from targets.linux.swap.area import Entry
    from targets.linux.swap.inspect import Slot
    from targets.swap.system import SwapSystem

ZEROS: Final = bytes(PAGE_SIZE)


def picture_of(system: SwapSystem) -> Picture | None:
    """Show the memory of all processes, the slots in use, and what is stored of them."""
    sketch = Sketch()
    for mm in system.core.mms:
        _sketch_process(sketch, system, mm)
    _sketch_slots(sketch, system)
    for disk in (system.crc_disk, system.second):
        if disk is not None:
            _sketch_blocks(sketch, disk)
    if system.zram is not None:
        sketch_zram(sketch, system.zram)
    return sketch.picture()


def _sketch_process(sketch: Sketch, system: SwapSystem, mm: MmStruct) -> None:
    touched = sorted({*mm.page_table, *mm.last_written})
    cells = [_page_cell(system, mm, index) for index in touched]
    ended = "" if mm.alive else ", which has ended"
    sketch.add_shelf(f"memory of process {mm.number}{ended}", cells)
    for index in touched:
        pte = mm.page_table.get(index)
        name = f"page {index} of process {mm.number}"
        if isinstance(pte, SwapPte):
            sketch.link(name, _slot(pte.entry), "swapped to")
        elif isinstance(pte, MappedPte) and pte.page.swapcache:
            sketch.link(name, _slot(pte.page.private), "in the swap cache for")


def _page_cell(system: SwapSystem, mm: MmStruct, index: int) -> Cell:
    pte = mm.page_table.get(index)
    lines = tuple(_page_lines(pte))
    cached = _cached(system, pte)
    wrong = cached is not None and bytes(cached.bytes) != mm.last_written.get(index, ZEROS)
    damage = "" if not wrong else "not what the process wrote"
    if cached is not None and not cached.uptodate:
        damage = "mapped, but never read" if isinstance(pte, MappedPte) else ""
    return Cell(f"page {index} of process {mm.number}", lines, damage=damage)


def _cached(system: SwapSystem, pte: Pte) -> Page | None:
    """Return the page in memory, if there is one."""
    match pte:
        case MappedPte(page=page):
            return page
        case SwapPte(entry=entry):
            return system.core.space(entry).pages.get(swp_offset(entry))
        case _:
            return None


def _page_lines(pte: Pte) -> Iterator[str]:
    match pte:
        case MappedPte(page=page, writable=writable):
            yield f"mapped, frame {page.pfn:#x}"
            yield from _page_flags(page)
            yield "writable" if writable else "read-only"
        case SwapPte():
            yield "swap entry"
        case PoisonedPte():
            yield "poisoned: SIGBUS"
        case None:
            yield "not there"


def _page_flags(page: Page) -> Iterator[str]:
    flags = ("dirty", "writeback", "swapcache", "uptodate")
    yield " ".join(flag for flag in flags if getattr(page, flag)) or "no flags"


def _sketch_slots(sketch: Sketch, system: SwapSystem) -> None:
    slots = slots_in_use(system.core)
    cells = [_slot_cell(slot) for slot in slots]
    sketch.add_shelf("swap slots", cells)
    for slot in slots:
        block = swp_offset(slot.entry) + system.core.swap_info[swp_type(slot.entry)].first_block
        disk = system.area_disk(slot.entry)
        if system.zram is not None and disk is system.zram.disk:
            sketch.link(_slot(slot.entry), slot_name(system.zram, block), "stored in")
        else:
            sketch.link(_slot(slot.entry), f"{disk.name} block {block}", "stored in")


def _slot(entry: Entry) -> str:
    return f"swap slot {swp_type(entry)}:{swp_offset(entry)}"


def _slot_cell(slot: Slot) -> Cell:
    flags = [word for word, on in (("cached", slot.cached), ("parked", slot.parked)) if on]
    lines = (f"count {slot.counted}, used by {slot.referring}", " ".join(flags))
    return Cell(_slot(slot.entry), tuple(filter(None, lines)))


def _sketch_blocks(sketch: Sketch, disk: CrcDisk) -> None:
    cells = [
        Cell(
            f"{disk.disk.name} block {number}",
            ("checksum matches",) if block.intact else (),
            damage="" if block.intact else "checksum does not match",
        )
        for number, block in sorted(disk.blocks.items())
        if number
    ]
    sketch.add_shelf(f"{disk.disk.name}: blocks", cells)
