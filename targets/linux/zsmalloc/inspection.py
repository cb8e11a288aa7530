"""What judges ask of a pool at quiescence. Nothing here announces a point or changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.zsmalloc.handle import cell_of, is_live, tagged
from targets.linux.zsmalloc.layout import OBJ_ALLOCATED_TAG, obj_to_location
from targets.linux.zsmalloc.objects import payload_address, read_object, spans
from targets.linux.zsmalloc.size_class import ZS_HANDLE_SIZE
from targets.linux.zsmalloc.zspage import (
    head_from_link,
    head_of,
    is_end_of_chain,
    is_fresh_from,
    number_at,
    number_of_head,
    word_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from targets.linux.zsmalloc.structs import Pool, Zspage


def zspages_of(pool: Pool) -> list[Zspage]:
    """Return the zspages of a pool, by their first page frame."""
    return [zspage for pfn, zspage in sorted(pool.zspages.items()) if zspage.pages[0].pfn == pfn]


def live_handles(pool: Pool) -> list[int]:
    """Return the handles that are allocated, in the order of their addresses."""
    shadow = pool.shadow
    return [tagged(pool, address) for address in sorted(pool.cells) if shadow.is_live(address)]


def broken_chains(pool: Pool) -> Iterator[str]:
    """Say of each zspage what is wrong with its chain of free objects, if anything is."""
    for zspage in zspages_of(pool):
        broken = broken_chain(zspage)
        if broken:
            yield f"zspage at frame {zspage.pages[0].pfn:#x}, class {zspage.layout.size}: {broken}"


def broken_chain(zspage: Zspage) -> str:
    """Follow the free chain: as many objects as are not in use, each once, none of them in use.

    What the last link says is checked too: the place behind the last object, or nothing.
    Objects that were never used are known to be chained in order, which spares a long walk.
    Where a page is one object, nothing follows the link that is read from it.
    """
    objects = zspage.zs_class.facts.objects
    seen: list[int] = []
    head = zspage.freeobj
    for expected in range(zspage.inuse, objects):
        number = number_of_head(zspage, head)
        if number is None or number >= objects:
            return f"after {len(seen)} free objects it leads outside, to {head:#x}"
        if number in seen:
            return f"it leads back to object {number}"
        if head_of(zspage, number) & OBJ_ALLOCATED_TAG:
            return f"it leads to object {number}, which is in use"
        if number == expected and is_fresh_from(zspage, number) and max(seen, default=0) <= number:
            return ""
        seen.append(number)
        head = head_from_link(zspage, word_of(zspage, number))
    if not ends_chain(zspage, head):
        return f"it goes on after all {len(seen)} free objects, to {head:#x}"
    return ""


def broken_headers(pool: Pool) -> Iterator[str]:
    """Say of each live handle whether its cell or the header of its object is not as it must be."""
    for handle in live_handles(pool):
        location = cell_of(pool, handle).location
        zspage = pool.zspages.get(obj_to_location(location)[0])
        number = number_at(zspage, location) if zspage is not None else None
        if zspage is None or number is None:
            yield f"handle {handle:#x} leads to no object"
        elif (head := head_of(zspage, number)) != handle | OBJ_ALLOCATED_TAG:
            yield f"the object of handle {handle:#x} has the header {head:#x}"


def object_bytes(pool: Pool, handle: int, size: int) -> bytes | None:
    """Read an object as a mapping would show it; None when its handle does not lead to one."""
    if not is_live(pool, handle):
        return None
    location = cell_of(pool, handle).location
    zspage = pool.zspages.get(obj_to_location(location)[0])
    number = number_at(zspage, location) if zspage is not None else None
    if zspage is None or number is None:
        return None
    if spans(zspage, number):
        whole = read_object(pool, zspage, number)
        return whole[ZS_HANDLE_SIZE:][:size].ljust(size, b"\0")
    return pool.memory.read(payload_address(zspage, number), size)


def leaked_objects(pool: Pool, known: Collection[int]) -> list[int]:
    """Return the live handles that are not among the `known` ones: nobody can free them."""
    return [handle for handle in live_handles(pool) if handle not in known]


def recounted_pages(pool: Pool) -> int:
    """Count the pages of all zspages: what `zs_get_total_pages` must say."""
    return sum(len(zspage.pages) for zspage in zspages_of(pool))


def ends_chain(zspage: Zspage, head: int) -> bool:
    """Whether a head means that no object is free."""
    objects = zspage.zs_class.facts.objects
    if zspage.zs_class.facts.huge:
        return True
    if len(zspage.layout.places) > objects:
        return number_of_head(zspage, head) == objects
    return is_end_of_chain(zspage, head)
