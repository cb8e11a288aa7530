"""Getting at the bytes of an object the way that users of a kernel's allocator do."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from targets.linux.zsmalloc.access import (
    maps_objects,
    zs_obj_read_begin,
    zs_obj_read_end,
    zs_obj_write,
)
from targets.linux.zsmalloc.mapping import zs_map_object, zs_unmap_object
from targets.linux.zsmalloc.structs import MapMode

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from targets.linux.zsmalloc.access import ObjectView
    from targets.linux.zsmalloc.mapping import Mapping
    from targets.linux.zsmalloc.structs import Pool


@contextmanager
def object_to_write(pool: Pool, handle: int) -> Generator[Callable[[bytes], None]]:
    """Give what fills an object from its first byte on, once.

    A mapped one stays mapped to the end of the block; from 6.16 on nothing is held around the copy.
    """
    if maps_objects(pool):
        mapping = zs_map_object(pool, handle, MapMode.WO)
        yield mapping.write
        zs_unmap_object(pool, handle)
    else:
        yield partial(zs_obj_write, pool, handle)


@contextmanager
def object_to_read(
    pool: Pool, handle: int, local_copy: bytearray | None
) -> Generator[Mapping | ObjectView]:
    """Show an object to the end of the block; `local_copy` is for one that spans pages [6.16]."""
    if maps_objects(pool):
        view = zs_map_object(pool, handle, MapMode.RO)
        try:
            yield view
        finally:
            zs_unmap_object(pool, handle)
    else:
        view = zs_obj_read_begin(pool, handle, local_copy)
        try:
            yield view
        finally:
            zs_obj_read_end(pool, handle)
