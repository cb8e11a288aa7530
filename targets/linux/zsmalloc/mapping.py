"""Mapping an object: the only way to its bytes [4.6 to 6.14].

An object inside one page is used where it is, and what is written past its end lands behind it.
One that spans two pages is used in a buffer of the CPU, and as much as fits is copied back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.machine.oops import bug
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zsmalloc.locks import hold_object, release_object
from targets.linux.zsmalloc.objects import (
    judge_use,
    note_written,
    payload_address,
    read_object,
    spans,
    write_object,
)
from targets.linux.zsmalloc.size_class import ZS_HANDLE_SIZE
from targets.linux.zsmalloc.structs import MapMode
from targets.linux.zsmalloc.zspage import get_zspage

if TYPE_CHECKING:
    from targets.linux.zsmalloc.structs import MappingArea, Pool, Zspage

OBJECT_READ: Final = Point(
    "zsmalloc.object.read", "read from a mapped object", Access.READ, "zsmalloc object"
)
OBJECT_WRITE: Final = Point(
    "zsmalloc.object.write", "write into a mapped object", Access.WRITE, "zsmalloc object"
)

BUFFER_ROOM: Final = PAGE_SIZE - ZS_HANDLE_SIZE
"""Bytes of a CPU's buffer behind the header of the object in it."""


class Mapping:
    """A mapped object, from the first byte that its owner may use."""

    __slots__ = ("_address", "_area", "_handle", "_number", "_pool", "_zspage")

    def __init__(
        self, pool: Pool, handle: int, place: tuple[Zspage, int], area: MappingArea | None
    ) -> None:
        """Map the object of `handle` at its place, or in the buffer of `area`."""
        self._pool = pool
        self._handle = handle
        self._zspage, self._number = place
        self._address = area.address + ZS_HANDLE_SIZE if area else payload_address(*place)
        self._area = area

    def read(self, length: int) -> bytes:
        """Read `length` bytes, however many the object has."""
        pool = self._pool
        pool.world.reach(OBJECT_READ, self._handle)
        pool.contents.read(self._handle)
        pool.shadow.check(self._address, length, write=False)
        if self._area is None:
            return pool.memory.read(self._address, length)
        there = bytes(self._area.buffer[ZS_HANDLE_SIZE : ZS_HANDLE_SIZE + length])
        return there.ljust(length, b"\0")

    def use(self, length: int) -> bytes:
        """Read `length` bytes to make use of them."""
        judge_use(self._pool, self._zspage, self._number, length)
        return self.read(length)

    def write(self, data: bytes) -> None:
        """Write `data`, however much room the object has (memcpy)."""
        pool = self._pool
        pool.world.reach(OBJECT_WRITE, self._handle)
        pool.contents.write(self._handle)
        pool.shadow.check(self._address, len(data), write=True)
        note_written(pool, self._zspage, self._number, len(data))
        if self._area is None:
            pool.memory.write(self._address, data)
        else:
            # What leaves the buffer hits other kernel memory; the sanitizer has said so.
            there = data[:BUFFER_ROOM]
            self._area.buffer[ZS_HANDLE_SIZE : ZS_HANDLE_SIZE + len(there)] = there


def zs_map_object(pool: Pool, handle: int, mode: MapMode) -> Mapping:
    """Map an object: it stays in its place and preemption is off until `zs_unmap_object`."""
    if pool.world.running.interrupt:
        bug(pool.world, "an interrupt would use the buffer of whom it interrupted")
    if not handle:
        bug(pool.world, "there is no object to map")
    zspage, number = hold_object(pool, handle)
    area = pool.areas.get()
    assert not area.user, "a CPU maps one object at a time"
    area.user = handle
    area.mode = mode
    if not spans(zspage, number):
        return Mapping(pool, handle, (zspage, number), None)
    fill_buffer(pool, zspage, number, area)
    return Mapping(pool, handle, (zspage, number), area)


def zs_unmap_object(pool: Pool, handle: int) -> None:
    """Undo `zs_map_object`; an object that spans two pages gets its bytes only now."""
    zspage, number = get_zspage(pool, handle)
    area = pool.areas.values[pool.world.running.cpu.number]
    assert area.user == handle, "what is unmapped was mapped on this CPU"
    if spans(zspage, number) and area.mode is not MapMode.RO:
        data = bytes(area.buffer[ZS_HANDLE_SIZE : zspage.layout.size])
        pool.contents.write(handle)
        write_object(pool, zspage, number, data)
    area.user = 0
    pool.areas.put()
    release_object(pool, zspage, handle)


def fill_buffer(pool: Pool, zspage: Zspage, number: int, area: MappingArea) -> None:
    """Copy a spanning object into the buffer, unless it is mapped to be overwritten."""
    if area.mode is not MapMode.WO:
        area.buffer[: zspage.layout.size] = read_object(pool, zspage, number)
