"""What memory and swap look like when nothing runs: every record agrees with what it is about.

No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from targets.linux.mm.mm_struct import MappedPte, SwapPte
from targets.linux.swap.area import swp_entry, swp_offset, swp_type
from targets.linux.swap.inspect import areas_in_use, page_table_entries
from targets.swap.contents import image_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.area import Entry
    from targets.linux.swap.core import SwapCore
    from targets.swap.system import SwapSystem

RMAP_WRONG: Final = Promise(
    "rmap-wrong",
    "The reverse mapping leads to every place where a page is mapped, and to no other.",
    Harm.DATA_LOSS,
    "oracle 8",
)
SHARED_PAGE_WRITABLE: Final = Promise(
    "shared-page-writable",
    "Nobody can write, without a fault, to a page that somebody else has, too.",
    Harm.DATA_LOSS,
    "oracle 1",
)
CLEAN_PAGE_DIFFERS: Final = Promise(
    "clean-page-differs",
    "A page of the swap cache that somebody needs and that is not what its slot holds is dirty.",
    Harm.DATA_LOSS,
    "I12, oracle 1",
)
SWAP_CACHE_WRONG: Final = Promise(
    "swap-cache-wrong",
    "A page of the swap cache knows its slot, and that it is there.",
    Harm.DATA_LOSS,
    "I10",
)
SWAPOFF_LEFT_SOMETHING: Final = Promise(
    "swapoff-left-something",
    "Of an area that is off nothing is left: no entry, no page, no map, no device.",
    Harm.DATA_LOSS,
    "oracle 5",
)
SWAPPED_PROCESS_UNLISTED: Final = Promise(
    "swapped-process-unlisted",
    "Swapoff knows of every process that has a page in a slot.",
    Harm.HANG,
    "oracle 7",
)
PAGE_OFF_ITS_LIST: Final = Promise(
    "page-off-its-list",
    "No page stays off its list when nobody reclaims it.",
    Harm.LEAK,
    "oracle 5",
)
REST_PROMISES: Final = (
    RMAP_WRONG,
    SHARED_PAGE_WRITABLE,
    CLEAN_PAGE_DIFFERS,
    SWAP_CACHE_WRONG,
    SWAPOFF_LEFT_SOMETHING,
    SWAPPED_PROCESS_UNLISTED,
    PAGE_OFF_ITS_LIST,
)


def judge_rest(system: SwapSystem) -> None:
    """Check every record of memory and swap."""
    core, world = system.core, system.machine.world
    found = chain(
        _rmap(core),
        _writable(core),
        _swap_cache(system),
        _areas_that_are_off(core),
        _processes(core),
        _isolated(core),
    )
    for promise, place, title in found:
        world.report(promise, title, "found when nothing ran any more", place=place)


def _mapped(core: SwapCore) -> dict[int, list[tuple[MmStruct, int, MappedPte]]]:
    """Return all mappings, by page frame."""
    mapped: dict[int, list[tuple[MmStruct, int, MappedPte]]] = {}
    for mm, index, pte in page_table_entries(core):
        if isinstance(pte, MappedPte):
            mapped.setdefault(pte.page.pfn, []).append((mm, index, pte))
    return mapped


def _rmap(core: SwapCore) -> Iterator[tuple[Promise, str, str]]:
    """Compare the reverse mapping, and the count of each page, with the page tables."""
    mapped = _mapped(core)
    known = {pfn: {(mm.number, index) for mm, index in core.rmap[pfn]} for pfn in core.rmap}
    for pfn in sorted({*mapped, *known}):
        there = {(mm.number, index) for mm, index, _ in mapped.get(pfn, ())}
        if there != known.get(pfn, set()):
            yield RMAP_WRONG, "rmap", f"page frame {pfn:#x} is not mapped where it is said to be"
        counted = mapped[pfn][0][2].page.mapcount if pfn in mapped else 0
        if counted != len(there):
            yield (
                RMAP_WRONG,
                "mapcount",
                f"page frame {pfn:#x} counts {counted} mappings, there are {len(there)}",
            )


def _writable(core: SwapCore) -> Iterator[tuple[Promise, str, str]]:
    """Look for pages that somebody can change under the eyes of another."""
    waiting = _waiting(core)
    for pfn, places in sorted(_mapped(core).items()):
        page = places[0][2].page
        swapped = page.swapcache and page.private in waiting
        shared = len(places) > 1 or swapped or page.ksm
        if shared and any(pte.writable for _, _, pte in places):
            yield SHARED_PAGE_WRITABLE, "set_pte", f"page frame {pfn:#x} is mapped writable"
        if shared and page.anon_exclusive:
            yield SHARED_PAGE_WRITABLE, "anon_exclusive", f"page frame {pfn:#x} is said to be alone"


def _waiting(core: SwapCore) -> set[Entry]:
    """Return the entries that a page table has."""
    return {pte.entry for _, _, pte in page_table_entries(core) if isinstance(pte, SwapPte)}


def _swap_cache(system: SwapSystem) -> Iterator[tuple[Promise, str, str]]:
    """Compare the pages of the swap cache with what they say, and with their slots."""
    core = system.core
    mapped, waiting = _mapped(core), _waiting(core)
    for swap_type, space in enumerate(core.spaces):
        for offset, page in sorted(space.pages.items()):
            entry = swp_entry(swap_type, offset)
            if not page.swapcache or page.private != entry:
                yield SWAP_CACHE_WRONG, "page_private", f"slot {offset} has a page of another"
                continue
            dirty = page.dirty or any(pte.dirty for _, _, pte in mapped.get(page.pfn, ()))
            needed = page.pfn in mapped or entry in waiting
            busy = not page.uptodate or page.writeback or offset in system.raced
            if dirty or busy or not needed:
                continue
            image = image_of(system, entry)[1]
            if image is not None and image != bytes(page.bytes):
                yield CLEAN_PAGE_DIFFERS, "page_dirty", f"slot {offset} holds something else"
    for places in mapped.values():
        page = places[0][2].page
        if page.swapcache and not _is_cached(core, page):
            yield SWAP_CACHE_WRONG, "PG_swapcache", f"page frame {page.pfn:#x} is not in its place"


def _is_cached(core: SwapCore, page: Page) -> bool:
    return core.space(page.private).pages.get(swp_offset(page.private)) is page


def _areas_that_are_off(core: SwapCore) -> Iterator[tuple[Promise, str, str]]:
    """Look for what belongs to areas that nobody swaps to."""
    on = {area.type for area in areas_in_use(core)}
    for mm, index, pte in page_table_entries(core):
        if isinstance(pte, SwapPte) and swp_type(pte.entry) not in on:
            place, title = "unuse_pte", f"page {index} of process {mm.number} is in no area"
            yield SWAPOFF_LEFT_SOMETHING, place, title
    for area in core.swap_info:
        if area.type in on:
            continue
        left = (
            ("swap_cache", core.spaces[area.type].pages),
            ("swap_map", area.swap_map),
            ("swap_file", area.disk),
            ("swap_count_continuations", area.continuation_pages),
            ("swap_avail_head", area in core.avail),
            ("SWP_WRITEOK", area.flags),
        )
        for place, there in left:
            if there:
                yield SWAPOFF_LEFT_SOMETHING, place, f"area {area.type} is off, and has that left"


def _processes(core: SwapCore) -> Iterator[tuple[Promise, str, str]]:
    """Look for processes that swapoff would not find."""
    for mm in core.mms:
        swapped = any(isinstance(pte, SwapPte) for pte in mm.page_table.values())
        if swapped and mm not in core.mmlist:
            yield SWAPPED_PROCESS_UNLISTED, "mmlist", f"process {mm.number} is not in the list"


def _isolated(core: SwapCore) -> Iterator[tuple[Promise, str, str]]:
    for pfn in sorted(core.isolated):
        yield PAGE_OFF_ITS_LIST, "isolate_lru_page", f"page frame {pfn:#x} is on no list"
