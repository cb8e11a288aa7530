"""What a page of a process holds, wherever it is, and what is to blame if that is wrong."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from targets.linux.machine.page import PAGE_SIZE
from targets.linux.mm.mm_struct import MappedPte, PoisonedPte, SwapPte
from targets.linux.swap.area import swp_offset, swp_type
from targets.linux.swap.inspect import noted_as_zeros
from targets.linux.zram.inspection import Unreadable, slot_image
from targets.linux.zswap.inspection import zswap_has, zswap_image

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.area import Entry
    from targets.swap.system import SwapSystem

ZEROS: Final = bytes(PAGE_SIZE)
CAUSES: Final = MappingProxyType(
    {
        "": "page",
        "user_store": "page",
        "read_from_disk": "swap_slot",
        "do_anonymous_page": "page_table",
    }
)
"""What to blame for contents that were wrong when they came, by who filled the page: mostly him.

What a slot gave is wrong in the slot, whether it was read or not.
"""


def contents_of(system: SwapSystem, mm: MmStruct, index: int) -> tuple[str, bytes | None]:
    """Return what is to blame if a page is wrong, and what it holds; None when that is an error."""
    match mm.page_table.get(index):
        case MappedPte(page=page):
            return _cause(mm, index, page, page.origin.mapped_by or "page"), bytes(page.bytes)
        case SwapPte(entry=entry):
            cached = system.core.space(entry).pages.get(swp_offset(entry))
            if cached is not None and cached.uptodate:
                return _cause(mm, index, cached, "swap_cache"), bytes(cached.bytes)
            return image_of(system, entry)
        case PoisonedPte():
            return "poisoned_entry", None
        case None:
            return "page_table", ZEROS


def _cause(mm: MmStruct, index: int, page: Page, late: str) -> str:
    """Tell a page that was wrong when its contents came from one that is out of date: it is `late`.

    What was right when it came has stayed in a place where it is not wanted any more.
    Where a page could not be read, nothing came.
    """
    if not page.uptodate:
        return "unread_page"
    right = mm.last_written.at(index, page.origin.filled_at)
    if bytes(page.bytes) == right:
        return late
    return CAUSES.get(page.origin.filled_by, page.origin.filled_by)


def image_of(system: SwapSystem, entry: Entry) -> tuple[str, bytes | None]:
    """Return who would fill a page from a slot, and with what; None when that is an error."""
    if noted_as_zeros(system.core, entry):
        return "swap_read_folio_zeromap", ZEROS
    if system.zswap is not None and zswap_has(system.zswap, entry):
        return "zswap_load", zswap_image(system.zswap, entry)
    return "swap_slot", _stored(system, entry)


def _stored(system: SwapSystem, entry: Entry) -> bytes | None:
    """Return what the device has of a slot; None when reading it is an error."""
    block = swp_offset(entry) + system.core.swap_info[swp_type(entry)].first_block
    on_second = system.second is not None and system.area_disk(entry) is system.second.disk
    crc_disk = system.second if on_second else system.crc_disk
    if crc_disk is not None:
        stored = crc_disk.block(block)
        return stored.data if stored.intact else None
    assert system.zram is not None, "there is a device of one kind"
    image = slot_image(system.zram, block)
    if isinstance(image, Unreadable):
        return None
    return ZEROS if image is None else image
