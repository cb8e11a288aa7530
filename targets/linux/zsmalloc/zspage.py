"""zspage: a run of pages that holds the objects of one class, and the chain of its free objects.

The first 8 bytes of an object say what it is: `handle | 1` when allocated, else the link to the
next free one. Nothing checks a link before it is followed.
What a link and an index mean differs between kernels: the functions below that `match` show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.kernel.history.zsmalloc import FreeLink, HugeHead, HugeLink
from targets.linux.machine.errno import ENOMEM
from targets.linux.machine.oops import paging_request
from targets.linux.machine.page import fill_page, page_ref_dec
from targets.linux.machine.slab import KmemCache
from targets.linux.zsmalloc.handle import handle_to_obj, without_placement, word_at_header
from targets.linux.zsmalloc.layout import (
    LAST_INDEX,
    OBJ_ALLOCATED_TAG,
    WORD,
    fresh_images,
    location_to_obj,
    obj_to_location,
)
from targets.linux.zsmalloc.promises import USE_AFTER_FREE, WILD_ACCESS
from targets.linux.zsmalloc.structs import Zspage

if TYPE_CHECKING:
    from targets.linux.machine.gfp import Gfp
    from targets.linux.machine.machine import Machine
    from targets.linux.machine.page import Page
    from targets.linux.zsmalloc.structs import Pool, ZsClass

NO_STRUCT: Final = fault_point(
    "zsmalloc.zspage", "allocate the struct of a zspage", ENOMEM, capability="failslab"
)
NO_PAGE: Final = fault_point(
    "zsmalloc.pages", "allocate a page of a zspage", ENOMEM, capability="fail_page_alloc"
)

ZSPAGES_MAX: Final = 1 << 20
"""More zspages than a pool makes in a run: locks are told apart by pool and zspage."""

FREED: Final = "the pages of the zspage were given back before"
ZSPAGE_STRUCT_SIZE: Final = 48
"""Bytes of struct zspage in 4.9; only the attribute `space` of failslab can tell."""


def create_zspage_cache(machine: Machine, name: str) -> KmemCache | None:
    """Make the cache for the structs of zspages, in kernels that have such structs."""
    if not machine.kernel.features.zspage_struct:
        return None
    return KmemCache(machine.memory, f"zspage-{name}", ZSPAGE_STRUCT_SIZE)


def alloc_zspage(pool: Pool, zs_class: ZsClass, gfp: Gfp) -> Zspage | None:
    """Allocate a zspage of free objects; None when any part of it cannot be had."""
    address = 0
    if pool.zspage_cache is not None:
        address = pool.zspage_cache.alloc(without_placement(gfp), NO_STRUCT)
        if not address:
            return None
    pages: list[Page] = []
    pool.zspages_made += 1
    number = pool.number * ZSPAGES_MAX + pool.zspages_made
    zspage = Zspage(pool.world, zs_class, pages, address, number)
    for _ in range(zs_class.facts.pages):
        page = pool.memory.alloc_page(gfp, NO_PAGE)
        if page is None:
            release_zspage(pool, zspage)
            return None
        pages.append(page)
    init_zspage(zspage)
    for page in pages:
        pool.zspages[page.pfn] = zspage
    return zspage


def reset_pages(pool: Pool, zspage: Zspage) -> None:
    """Forget whose the pages are, before they are unlocked (reset_page): who waits moves none."""
    for page in zspage.pages:
        pool.zspages.pop(page.pfn, None)


def release_zspage(pool: Pool, zspage: Zspage) -> None:
    """Give back what a zspage consists of, as far as it was allocated."""
    for page in zspage.pages:
        put_page(pool, page)
    zspage.lock.destroy()
    zspage.users.destroy()
    if pool.zspage_cache is not None:
        pool.zspage_cache.free(zspage.address)


def put_page(pool: Pool, page: Page) -> None:
    """Drop a reference to a page; the last one frees it."""
    if page_ref_dec(page):
        pool.memory.free_page(page)


def get_zspage(pool: Pool, handle: int) -> tuple[Zspage, int]:
    """Follow a handle that is held to its zspage and the number of its object there."""
    location = handle_to_obj(pool, handle)
    zspage = pool.zspages.get(obj_to_location(location)[0])
    number = number_at(zspage, location) if zspage is not None else None
    if zspage is None or number is None:
        paging_request(pool.world, WILD_ACCESS, f"handle {handle:#x} leads to no object")
    return zspage, number


def is_freed(pool: Pool, zspage: Zspage) -> bool:
    """Whether the pool has given the zspage back, so that nobody should know it any more."""
    return pool.zspages.get(zspage.pages[0].pfn) is not zspage


def init_zspage(zspage: Zspage) -> None:
    """Link all objects in the order of their addresses."""
    for page, image in zip(zspage.pages, fresh_images_of(zspage), strict=True):
        fill_page(page, image)
    match zspage.zs_class.features.free_link:
        case FreeLink.LOCATION:
            zspage.freeobj = location_to_obj(zspage.pages[0].pfn, 0)
        case FreeLink.INDEX:
            zspage.freeobj = 0


def fresh_images_of(zspage: Zspage) -> tuple[bytes, ...]:
    """Return the bytes of each page of a zspage whose objects were all never used."""
    facts = zspage.zs_class.facts
    match zspage.zs_class.features.free_link:
        case FreeLink.LOCATION:
            pfns = tuple(page.pfn for page in zspage.pages)
        case FreeLink.INDEX:
            pfns = None
    return fresh_images(facts.size, facts.pages, pfns, zspage.zs_class.features.link_tag_bits)


def obj_malloc(pool: Pool, zspage: Zspage, handle: int) -> int:
    """Take the head of the free chain for `handle` and return its number in the zspage."""
    if is_freed(pool, zspage):
        paging_request(pool.world, USE_AFTER_FREE, FREED)
    number = number_of_head(zspage, zspage.freeobj)
    if number is None:
        paging_request(
            pool.world,
            WILD_ACCESS,
            f"the free chain of the zspage at frame {zspage.pages[0].pfn:#x} "
            f"leads to {zspage.freeobj:#x}, outside its {len(zspage.pages)} pages",
        )
    zspage.freeobj = head_from_link(zspage, word_of(zspage, number))
    if zspage.zs_class.facts.huge:
        zspage.huge_head = handle | OBJ_ALLOCATED_TAG
    else:
        set_word(zspage, number, handle | OBJ_ALLOCATED_TAG)
    zspage.inuse += 1
    zspage.zs_class.obj_used += 1
    return number


def obj_free(pool: Pool, zspage: Zspage, number: int) -> None:
    """Put an object at the head of the free chain."""
    if is_freed(pool, zspage):
        paging_request(pool.world, USE_AFTER_FREE, FREED)
    match zspage.zs_class.features.free_link:
        case FreeLink.LOCATION:
            link, head = zspage.freeobj, location_of(zspage, number)
        case FreeLink.INDEX:
            bits = zspage.zs_class.features.link_tag_bits
            link, head = zspage.freeobj << bits & LAST_INDEX, number
    if links_in_page(zspage):
        set_word(zspage, number, link)
    zspage.freeobj = head
    zspage.huge_head = 0
    zspage.inuse -= 1
    zspage.zs_class.obj_used -= 1


def links_in_page(zspage: Zspage) -> bool:
    """Whether a free object of a zspage has its link in its first bytes."""
    match zspage.zs_class.features.huge_link:
        case HugeLink.IN_PAGE:
            return True
        case HugeLink.NOWHERE:
            return not zspage.zs_class.facts.huge


def number_of_head(zspage: Zspage, head: int) -> int | None:
    """Find the object that a head of the free chain means; None when it is outside the zspage."""
    match zspage.zs_class.features.free_link:
        case FreeLink.LOCATION:
            return number_at(zspage, head)
        case FreeLink.INDEX:
            return head if head < len(zspage.layout.places) else None


def is_end_of_chain(zspage: Zspage, head: int) -> bool:
    """Whether a chain has ended at `head`, in a zspage whose objects fill its pages.

    An index is shifted in 32 bits by `obj_free`, so that -1 comes back without its top bits.
    """
    match zspage.zs_class.features.free_link:
        case FreeLink.LOCATION:
            return head == 0
        case FreeLink.INDEX:
            return head in (LAST_INDEX, LAST_INDEX >> zspage.zs_class.features.link_tag_bits)


def head_from_link(zspage: Zspage, link: int) -> int:
    """Make the next head of what is found in an object that is being taken, whatever it is."""
    match zspage.zs_class.features.free_link:
        case FreeLink.LOCATION:
            return link
        case FreeLink.INDEX:
            return link >> zspage.zs_class.features.link_tag_bits & LAST_INDEX


def location_of(zspage: Zspage, number: int) -> int:
    """Encode where object `number` is, for the cell of its handle."""
    page, _ = zspage.layout.places[number]
    match zspage.zs_class.features.free_link:
        case FreeLink.LOCATION:
            index = number - zspage.layout.firsts[page]
        case FreeLink.INDEX:
            index = number
    return location_to_obj(zspage.pages[page].pfn, index)


def number_at(zspage: Zspage, location: int) -> int | None:
    """Find the object at a location; None when no object of the zspage begins there."""
    pfn, index = obj_to_location(location)
    places = zspage.layout.places
    match zspage.zs_class.features.free_link:
        case FreeLink.LOCATION:
            pfns = [page.pfn for page in zspage.pages]
            number = zspage.layout.firsts[pfns.index(pfn)] + index if pfn in pfns else len(places)
        case FreeLink.INDEX:
            number = index
    begins = number < len(places) and zspage.pages[places[number][0]].pfn == pfn
    return number if begins else None


def is_fresh_from(zspage: Zspage, number: int) -> bool:
    """Whether nothing was written to a zspage from object `number` on since `init_zspage`."""
    first, offset = zspage.layout.places[number]
    pages = zspage.pages
    images = fresh_images_of(zspage)
    return bytes(pages[first].bytes[offset:]) == images[first][offset:] and all(
        bytes(pages[page].bytes) == images[page] for page in range(first + 1, len(pages))
    )


def head_of(zspage: Zspage, number: int) -> int:
    """Read the header of an object, or the link if it is free; for judges too."""
    return zspage.huge_head if zspage.zs_class.facts.huge else word_of(zspage, number)


def obj_to_head(pool: Pool, zspage: Zspage, number: int) -> int:
    """Read the header of an object, or the link if it is free, as who moves it does."""
    head = head_of(zspage, number)
    if not zspage.zs_class.facts.huge:
        return head
    match pool.features.huge_head:
        case HugeHead.VALUE:
            return head
        case HugeHead.ADDRESS:
            return word_at_header(pool, head)


def word_of(zspage: Zspage, number: int) -> int:
    """Read the first 8 bytes of an object."""
    page, offset = zspage.layout.places[number]
    return WORD.unpack_from(zspage.pages[page].bytes, offset)[0]


def set_word(zspage: Zspage, number: int, word: int) -> None:
    """Write the first 8 bytes of an object."""
    page, offset = zspage.layout.places[number]
    WORD.pack_into(zspage.pages[page].bytes, offset, word)
