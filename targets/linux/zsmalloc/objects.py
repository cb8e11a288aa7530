"""The bytes of objects: where they are, and copying them whole across page borders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.machine.oops import bug
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zsmalloc.handle import ADDRESS_MASK
from targets.linux.zsmalloc.size_class import ZS_HANDLE_SIZE

if TYPE_CHECKING:
    from fuzz.sanitize.memory.region import Region
    from targets.linux.machine.page import Page
    from targets.linux.zsmalloc.structs import Pool, Zspage


def payload_address(zspage: Zspage, number: int) -> int:
    """Return the physical address at which the owner's bytes of an object begin."""
    page, offset = zspage.layout.places[number]
    start = zspage.pages[page].pfn * PAGE_SIZE + offset
    return start if zspage.zs_class.facts.huge else start + ZS_HANDLE_SIZE


def spans(zspage: Zspage, number: int) -> bool:
    """Whether an object begins in one page and ends in the next."""
    return zspage.layout.places[number][1] + zspage.layout.size > PAGE_SIZE


def read_object(pool: Pool, zspage: Zspage, number: int) -> bytes:
    """Read a whole object, header included, across its pages."""
    page, offset = zspage.layout.places[number]
    end = offset + zspage.layout.size
    head = bytes(zspage.pages[page].bytes[offset:end])
    if end <= PAGE_SIZE:
        return head
    return head + bytes(get_next_page(pool, zspage, page).bytes[: end - PAGE_SIZE])


def write_object(pool: Pool, zspage: Zspage, number: int, data: bytes) -> None:
    """Write all of an object but its header, across its pages; `data` is that long."""
    page, offset = zspage.layout.places[number]
    start = offset + ZS_HANDLE_SIZE
    end = start + len(data)
    first = data[: PAGE_SIZE - start]
    zspage.pages[page].bytes[start : start + len(first)] = first
    if end > PAGE_SIZE:
        get_next_page(pool, zspage, page).bytes[: end - PAGE_SIZE] = data[len(first) :]


def get_next_page(pool: Pool, zspage: Zspage, page: int) -> Page:
    """Return the page behind page `page` of a zspage, which an object is about to reach into."""
    if page + 1 == len(zspage.pages):
        bug(pool.world, "an object reaches past the last page of its zspage")
    return zspage.pages[page + 1]


def note_object(pool: Pool, zspage: Zspage, number: int, handle: int, place: str) -> Region:
    """Tell the sanitizer about an object; of one that spans pages, the part in its first page."""
    start = payload_address(zspage, number)
    usable = zspage.zs_class.facts.usable
    size = min(usable, PAGE_SIZE - start % PAGE_SIZE) if spans(zspage, number) else usable
    return pool.shadow.allocate(start, size, f"object {handle & ADDRESS_MASK:#x}", place)


def note_moved(
    pool: Pool, source: tuple[Zspage, int], target: tuple[Zspage, int], handle: int
) -> None:
    """Tell the sanitizer that compaction has moved an object, with what was written of it."""
    old = object_region(pool, *source)
    pool.shadow.free(payload_address(*source), "zs_compact")
    pool.shadow.copied(old, note_object(pool, *target, handle, "zs_compact"))


def object_region(pool: Pool, zspage: Zspage, number: int) -> Region | None:
    """Return what the sanitizer knows of an object in use."""
    return pool.shadow.region(payload_address(zspage, number))


def note_written(pool: Pool, zspage: Zspage, number: int, length: int) -> None:
    """Tell the sanitizer that the owner of an object wrote its first bytes."""
    region = object_region(pool, zspage, number)
    if region is not None:
        pool.shadow.wrote(region, 0, min(length, zspage.zs_class.facts.usable))


def judge_use(pool: Pool, zspage: Zspage, number: int, length: int) -> None:
    """Judge that somebody makes use of the first bytes of an object: they were written once."""
    region = object_region(pool, zspage, number)
    if region is not None:
        pool.shadow.used(region, 0, min(length, zspage.zs_class.facts.usable))
