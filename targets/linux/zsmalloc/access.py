"""Reading and writing an object without a mapping [6.16 on].

The zspage stays in its place meanwhile, but its user may sleep: nothing belongs to the CPU.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.machine.oops import paging_request
from targets.linux.machine.page import PAGE_SIZE, fill_page
from targets.linux.zsmalloc.locks import hold_object, release_object
from targets.linux.zsmalloc.mapping import OBJECT_READ, OBJECT_WRITE
from targets.linux.zsmalloc.objects import (
    judge_use,
    note_written,
    payload_address,
    read_object,
    spans,
)
from targets.linux.zsmalloc.promises import WILD_ACCESS
from targets.linux.zsmalloc.size_class import ZS_HANDLE_SIZE
from targets.linux.zsmalloc.zspage import get_zspage

if TYPE_CHECKING:
    from targets.linux.zsmalloc.structs import Pool, Zspage

COPY_ROOM: Final = PAGE_SIZE - ZS_HANDLE_SIZE
"""Bytes of a caller's copy behind the header: what lies there beyond the object is stale."""


class ObjectView:
    """What `zs_obj_read_begin` answers: the bytes of an object, from the first that its owner has.

    Of an object inside one page they are those in the page, else those in the caller's copy.
    """

    __slots__ = ("_copy", "_handle", "_number", "_pool", "_zspage")

    def __init__(
        self, pool: Pool, handle: int, place: tuple[Zspage, int], copy: bytearray | None
    ) -> None:
        """Show the object at a place, or the copy of it."""
        self._pool = pool
        self._handle = handle
        self._zspage, self._number = place
        self._copy = copy

    def read(self, length: int) -> bytes:
        """Read `length` bytes, however many the object has."""
        pool = self._pool
        pool.world.reach(OBJECT_READ, self._handle)
        if self._copy is None:
            judge_access(pool, self._zspage, self._number, length, write=False)
            return pool.memory.read(payload_address(self._zspage, self._number), length)
        if length > COPY_ROOM:
            judge_access(pool, self._zspage, self._number, length, write=False)
        there = bytes(self._copy[ZS_HANDLE_SIZE : ZS_HANDLE_SIZE + length])
        return there.ljust(length, b"\0")

    def use(self, length: int) -> bytes:
        """Read `length` bytes to make use of them."""
        judge_use(self._pool, self._zspage, self._number, length)
        return self.read(length)


def maps_objects(pool: Pool) -> bool:
    """Whether objects are mapped (`zs_map_object`) and this file's functions are not there."""
    return pool.features.mapped_objects


def zs_obj_read_begin(pool: Pool, handle: int, local_copy: bytearray | None) -> ObjectView:
    """Keep an object in its place until `zs_obj_read_end`, and show its bytes.

    One that spans two pages is copied into `local_copy`, header and all, which holds a page.
    """
    zspage, number = hold_object(pool, handle)
    if not spans(zspage, number):
        return ObjectView(pool, handle, (zspage, number), None)
    assert local_copy is not None, "only a huge object may be read without room for a copy"
    local_copy[: zspage.layout.size] = read_object(pool, zspage, number)
    return ObjectView(pool, handle, (zspage, number), local_copy)


def zs_obj_read_end(pool: Pool, handle: int) -> None:
    """Undo `zs_obj_read_begin`."""
    zspage, _ = get_zspage(pool, handle)
    release_object(pool, zspage, handle)


def zs_obj_write(pool: Pool, handle: int, data: bytes) -> None:
    """Copy `data` into an object, however much room that has.

    What does not fit into the object's page goes on in the next page of the zspage, and only there:
    an overrun at the end of the last page follows a link that is NULL.
    """
    zspage, number = hold_object(pool, handle)
    pool.world.reach(OBJECT_WRITE, handle)
    judge_access(pool, zspage, number, len(data), write=True)
    note_written(pool, zspage, number, len(data))
    address = payload_address(zspage, number)
    room = PAGE_SIZE - address % PAGE_SIZE
    pool.memory.write(address, data[:room])
    if len(data) > room:
        page, _ = zspage.layout.places[number]
        if page + 1 == len(zspage.pages):
            why = f"{len(data) - room} bytes go on behind the last page of the zspage"
            paging_request(pool.world, WILD_ACCESS, why)
        fill_page(zspage.pages[page + 1], data[room:])
    release_object(pool, zspage, handle)


def judge_access(pool: Pool, zspage: Zspage, number: int, length: int, *, write: bool) -> None:
    """Tell the sanitizer, which knows of an object that spans pages the part in its first page."""
    start = payload_address(zspage, number)
    usable = zspage.zs_class.facts.usable
    if length <= usable and spans(zspage, number):
        length = min(length, PAGE_SIZE - start % PAGE_SIZE)
    pool.shadow.check(start, length, write=write)
