"""The zspages of a pool: their objects, who owns them, and the chain of free ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

from fuzz.values.picture import Cell, Look
from targets.linux.zsmalloc.handle import ADDRESS_MASK
from targets.linux.zsmalloc.inspection import (
    broken_chain,
    ends_chain,
    live_handles,
    object_bytes,
    zspages_of,
)
from targets.linux.zsmalloc.layout import OBJ_ALLOCATED_TAG, obj_to_location
from targets.linux.zsmalloc.zspage import (
    head_from_link,
    head_of,
    number_at,
    number_of_head,
    word_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from targets.linux.zsmalloc.structs import Pool, Zspage
    from targets.shared.pictures.sketch import Sketch

ZSPAGES_MAX: Final = 4
"""Zspages that are shown; those whose chain is broken come first."""

CHAIN_MAX: Final = 3
"""Free objects that are shown: the next ones to be handed out or, where it breaks, the last."""


def sketch_zspages(sketch: Sketch, pool: Pool, owners: Mapping[int, str]) -> None:
    """Add the zspages of a pool; `owners` names who holds a handle, and links lead from there."""
    chosen = sorted(zspages_of(pool), key=lambda zspage: not broken_chain(zspage))[:ZSPAGES_MAX]
    for zspage in sorted(chosen, key=lambda zspage: zspage.pages[0].pfn):
        _sketch_zspage(sketch, pool, zspage, owners)
    for handle, owner in owners.items():
        where = _place_of(pool, handle)
        if where is None:
            sketch.link(owner, f"{handle & ADDRESS_MASK:#x}", "handle", "leads to no object")
        else:
            sketch.link(owner, object_name(*where), "handle")


def object_name(zspage: Zspage, number: int) -> str:
    """Name an object of a zspage, uniquely in its pool."""
    return f"object {number} of {zspage.pages[0].pfn:#x}"


def _place_of(pool: Pool, handle: int) -> tuple[Zspage, int] | None:
    cell = pool.cells.get(handle & ADDRESS_MASK)
    zspage = pool.zspages.get(obj_to_location(cell.location)[0]) if cell is not None else None
    number = number_at(zspage, cell.location) if zspage is not None and cell is not None else None
    return (zspage, number) if zspage is not None and number is not None else None


def _sketch_zspage(sketch: Sketch, pool: Pool, zspage: Zspage, owners: Mapping[int, str]) -> None:
    used = _handles_in(pool, zspage)
    facts, first = zspage.zs_class.facts, zspage.pages[0].pfn
    whole, broken = list(_chain(zspage)), broken_chain(zspage)
    chain = whole[-CHAIN_MAX:] if broken else whole[:CHAIN_MAX]
    free = {number: after for number, after in chain if number not in used}
    title = (
        f"zspage at frame {first:#x}: class {facts.size}, "
        f"{zspage.inuse} of {facts.objects} objects in use, {len(zspage.pages)} pages"
    )
    head = f"free list of {first:#x}"
    cells = [_used_cell(pool, zspage, (number, used[number]), owners) for number in used]
    cells += [_free_cell(zspage, number) for number in free]
    cells.sort(key=lambda cell: (len(cell.name), cell.name))
    sketch.add_shelf(title, [Cell(head), *cells])
    skipped = f", after {len(whole) - len(chain)} others" if broken and whole != chain else ""
    starts = [head, *(object_name(zspage, number) for number, _ in chain)]
    ends = [chain[0][0] if chain else zspage.freeobj, *(after for _, after in chain)]
    for n, (start, end) in enumerate(zip(starts, ends, strict=True)):
        is_number = n == 0 and bool(chain)
        text = f"next free{skipped if n == 0 else ''}"
        damage = broken if broken and n == len(chain) else ""
        sketch.link(start, _end(zspage, end, is_number=is_number), text, damage)


def _end(zspage: Zspage, head: int, *, is_number: bool) -> str:
    """Name what a head of the free chain leads to."""
    number = head if is_number else number_of_head(zspage, head)
    if number is not None and number < zspage.zs_class.facts.objects:
        return object_name(zspage, number)
    return "the end" if ends_chain(zspage, head) else f"{head:#x}, outside"


def _handles_in(pool: Pool, zspage: Zspage) -> dict[int, int]:
    """Return the handle of each object in use, by its number."""
    places = {handle: _place_of(pool, handle) for handle in live_handles(pool)}
    return {place[1]: handle for handle, place in places.items() if place and place[0] is zspage}


def _used_cell(
    pool: Pool, zspage: Zspage, held: tuple[int, int], owners: Mapping[int, str]
) -> Cell:
    number, handle = held
    stored = object_bytes(pool, handle, zspage.zs_class.facts.usable) or b""
    lines = (
        _where(zspage, number),
        f"handle {handle & ADDRESS_MASK:#x}",
        f"contents {crc32(stored):08x}",
    )
    head = head_of(zspage, number)
    damage = "" if head == handle | OBJ_ALLOCATED_TAG else f"its header is {head:#x}"
    look = Look.USED if handle in owners else Look.LOST
    return Cell(object_name(zspage, number), lines, look, damage)


def _free_cell(zspage: Zspage, number: int) -> Cell:
    link = word_of(zspage, number)
    ends = ends_chain(zspage, head_from_link(zspage, link))
    leads = ends or number_of_head(zspage, head_from_link(zspage, link)) is not None
    damage = "" if leads else f"its link is {link:#x}"
    return Cell(object_name(zspage, number), (_where(zspage, number),), Look.FREE, damage)


def _where(zspage: Zspage, number: int) -> str:
    page, offset = zspage.layout.places[number]
    room = zspage.zs_class.facts.usable
    return f"at {zspage.pages[page].pfn:#x}+{offset:#x}, room for {room}"


def _chain(zspage: Zspage) -> Iterator[tuple[int, int]]:
    """Follow the free chain: each object, and the head that its link makes; no object twice."""
    head, seen = zspage.freeobj, list[int]()
    while (number := number_of_head(zspage, head)) is not None and number not in seen:
        if number >= zspage.zs_class.facts.objects:
            return
        seen.append(number)
        head = head_from_link(zspage, word_of(zspage, number))
        yield number, head
