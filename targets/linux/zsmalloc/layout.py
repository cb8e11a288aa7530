"""Where the objects of a zspage are: arithmetic on one size class, computed once.

Objects lie one behind the other across page borders.
The kernel also links the bytes behind the last object when they begin inside the zspage; that
*stub* is too short to be an object and is never handed out while the chain is whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from struct import Struct
from typing import Final

from targets.linux.machine.page import PAGE_SIZE

WORD: Final = Struct("<Q")
"""A header or a link: 8 bytes, little endian as on x86-64."""

OBJ_TAG_BITS: Final = 1
"""Low bits of a location that are no part of it.

The pin is not kept there, but beside the location; so what the bits are for in 4.6 to 5.15, and
that there are none from 6.12 on, is seen by nobody.
"""

OBJ_ALLOCATED_TAG: Final = 1
"""Bit 0 of an object's first word: set in a header, clear in a link."""

OBJ_INDEX_BITS: Final = 29
"""Bits of an index in a location: 64 less 34 for the page frame less the tag [x86-64]."""

OBJ_INDEX_MASK: Final = (1 << OBJ_INDEX_BITS) - 1
LAST_INDEX: Final = 0xFFFF_FFFF
"""-1 as the unsigned int that `zspage.freeobj` is."""

WORD_MASK: Final = 0xFFFF_FFFF_FFFF_FFFF
"""What 64 bits hold."""

IMAGES_MAX: Final = 512
"""Images of fresh zspages that are kept, by class and page frames: at most 8 MiB."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The places in a zspage at which an object (or the stub) begins, in order."""

    size: int
    places: tuple[tuple[int, int], ...]
    """(page of the zspage, offset in it) of each; offsets are multiples of 16."""
    firsts: tuple[int, ...]
    """The number of the first one that begins in each page."""


@cache
def layout_of(size: int, pages: int) -> Layout:
    """Lay out objects of `size` bytes over `pages` pages."""
    places = tuple(divmod(start, PAGE_SIZE) for start in range(0, pages * PAGE_SIZE, size))
    firsts = tuple(-(-page * PAGE_SIZE // size) for page in range(pages))
    return Layout(size, places, firsts)


def location_to_obj(pfn: int, index: int) -> int:
    """Encode a page frame and an index as a location, tag clear."""
    return (pfn << OBJ_INDEX_BITS | index & OBJ_INDEX_MASK) << OBJ_TAG_BITS


def obj_to_location(location: int) -> tuple[int, int]:
    """Decode a location, whatever its tag, into page frame and index."""
    untagged = location >> OBJ_TAG_BITS
    return untagged >> OBJ_INDEX_BITS, untagged & OBJ_INDEX_MASK


def index_links(layout: Layout, tag_bits: int) -> list[int]:
    """Link each place to the next by number, and the last one to -1 [4.8 on]."""
    numbers = [*range(1, len(layout.places)), -1]
    return [number << tag_bits & WORD_MASK for number in numbers]


def location_links(layout: Layout, pfns: tuple[int, ...]) -> list[int]:
    """Link each place to the next by page frame and number within the page [4.6, 4.7]."""
    locations = [
        location_to_obj(pfns[page], number - layout.firsts[page])
        for number, (page, _) in enumerate(layout.places)
    ]
    return [*locations[1:], 0]


@lru_cache(IMAGES_MAX)
def fresh_images(
    size: int, pages: int, pfns: tuple[int, ...] | None, tag_bits: int
) -> tuple[bytes, ...]:
    """Make the bytes of each page of a fresh zspage; `pfns` is None for links by index."""
    layout = layout_of(size, pages)
    links = index_links(layout, tag_bits) if pfns is None else location_links(layout, pfns)
    images = [bytearray(PAGE_SIZE) for _ in range(pages)]
    for (page, offset), link in zip(layout.places, links, strict=True):
        WORD.pack_into(images[page], offset, link)
    return tuple(bytes(image) for image in images)
