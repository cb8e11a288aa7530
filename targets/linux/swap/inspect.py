"""Looking at swap from outside, for judges: nothing here announces or changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from targets.linux.mm.mm_struct import MappedPte, PoisonedPte, SwapPte
from targets.linux.swap.area import (
    SWAP_HAS_CACHE,
    SWAP_MAP_BAD,
    full_swap_count,
    swp_entry,
    swp_offset,
    swp_type,
)
from targets.linux.swap.designs import stable_writes_believed
from targets.linux.swap.flags import SWP_USED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.area import Entry, SwapArea
    from targets.linux.swap.core import SwapCore


@dataclass(frozen=True, slots=True)
class Slot:
    """What the swap map says of a slot in use, beside what is really there."""

    entry: Entry
    counted: int
    """Page table entries by the swap map, continuations included."""
    referring: int
    """Page table entries that are there."""
    has_cache: bool
    """SWAP_HAS_CACHE."""
    cached: bool
    """Whether the swap cache has a page."""
    parked: bool = False
    """Whether a CPU has taken it in advance, or will free it with its next batch."""

    @property
    def consistent(self) -> bool:
        """Whether map and reality agree; they must when nothing is under way."""
        return self.counted == self.referring and self.has_cache == (self.cached or self.parked)

    @property
    def leaked(self) -> bool:
        """Whether nobody refers to the slot, although it is in use."""
        return not self.referring and not self.cached and not self.parked


@dataclass(frozen=True, slots=True)
class WritableUnderWriteback:
    """A page that a process may change while a device looks at it."""

    mm: int
    index: int
    entry: Entry
    believed: bool | None
    """Whether the area believes that its device minds (`area_stable_writes`)."""


def areas_in_use(core: SwapCore) -> list[SwapArea]:
    """Return the areas that are swapped to."""
    return [area for area in core.swap_info if area.flags & SWP_USED and area.max]


def area_stable_writes(core: SwapCore, area: SwapArea) -> bool | None:
    """Whether an area believes that its device wants stable pages; None if it has no opinion."""
    return stable_writes_believed(core.machine.kernel, area, core.spaces[area.type])


def page_table_entries(
    core: SwapCore,
) -> Iterator[tuple[MmStruct, int, MappedPte | SwapPte | PoisonedPte]]:
    """Yield every page table entry of every process."""
    for mm in core.mms:
        for index, pte in mm.page_table.items():
            yield mm, index, pte


def places_of(core: SwapCore, page: Page) -> list[tuple[int, int]]:
    """Return where a page is mapped, by the numbers of processes and indices."""
    return [
        (mm.number, index)
        for mm, index, pte in page_table_entries(core)
        if isinstance(pte, MappedPte) and pte.page is page
    ]


def slots_in_use(core: SwapCore) -> list[Slot]:
    """Return every slot that somebody refers to or that the swap map says is in use."""
    referring: dict[Entry, int] = {}
    for _, _, pte in page_table_entries(core):
        if isinstance(pte, SwapPte):
            referring[pte.entry] = referring.get(pte.entry, 0) + 1
    return [
        slot(core, area, offset, referring.get(swp_entry(area.type, offset), 0))
        for area in areas_in_use(core)
        for offset, byte in enumerate(area.swap_map)
        if byte != SWAP_MAP_BAD
        and (
            byte
            or offset in core.spaces[area.type].pages
            or swp_entry(area.type, offset) in referring
        )
    ]


def slot(core: SwapCore, area: SwapArea, offset: int, referring: int) -> Slot:
    """Describe one slot, given how many page table entries refer to it."""
    return Slot(
        swp_entry(area.type, offset),
        counted=full_swap_count(area, offset),
        referring=referring,
        has_cache=bool(area.swap_map[offset] & SWAP_HAS_CACHE),
        cached=offset in core.spaces[area.type].pages,
        parked=swp_entry(area.type, offset) in core.slot_caches.parked,
    )


def pages_in_swap_cache(core: SwapCore) -> list[Page]:
    """Return the pages in the swap cache, by entry."""
    return [space.pages[offset] for space in core.spaces for offset in sorted(space.pages)]


def is_written(page: Page) -> bool:
    """Whether a device looks at a page of the swap cache."""
    return page.swapcache and page.writeback


def writable_under_writeback(core: SwapCore) -> list[WritableUnderWriteback]:
    """Return the pages under writeback that a process can change without a fault."""
    return [
        WritableUnderWriteback(
            mm.number,
            index,
            pte.page.private,
            area_stable_writes(core, core.swap_info[swp_type(pte.page.private)]),
        )
        for mm, index, pte in page_table_entries(core)
        if isinstance(pte, MappedPte) and pte.writable and is_written(pte.page)
    ]


def noted_as_zeros(core: SwapCore, entry: Entry) -> bool:
    """Whether the zeromap says that a slot is a page of zeros, so that the device is not asked."""
    zeromap = core.swap_info[swp_type(entry)].zeromap
    return bool(zeromap and zeromap[swp_offset(entry)])


def image_is_needed(core: SwapCore, entry: Entry) -> bool:
    """Whether what a slot holds may still be read: somebody refers to it, and has no newer copy."""
    ptes = [pte for _, _, pte in page_table_entries(core)]
    if not any(isinstance(pte, SwapPte) and pte.entry == entry for pte in ptes):
        return False
    page = core.space(entry).pages.get(swp_offset(entry))
    dirty = page is not None and (
        page.dirty
        or any(isinstance(pte, MappedPte) and pte.dirty and pte.page is page for pte in ptes)
    )
    return not dirty
