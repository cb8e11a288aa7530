"""The pool of zswap: whichever allocator holds its compressed pages (mm/zpool.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.kernel.history.zswap import ZswapPoolKind
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zsmalloc.pool import zs_create_pool, zs_free, zs_get_total_pages, zs_malloc
from targets.linux.zsmalloc.using import object_to_read, object_to_write
from targets.linux.zswap.zbud import Zbud

if TYPE_CHECKING:
    from targets.linux.machine.gfp import Gfp
    from targets.linux.machine.machine import Machine


class ZsZpool:
    """A pool of zsmalloc."""

    def __init__(self, machine: Machine) -> None:
        """Make an empty pool."""
        self.pool = zs_create_pool(machine, "zswap")

    def malloc(self, size: int, gfp: Gfp) -> int:
        """Allocate an object and return its handle; ENOSPC if it is too large, ENOMEM."""
        handle = zs_malloc(self.pool, size, gfp)
        if not handle:
            raise Refusal(ENOMEM)
        return handle

    def free(self, handle: int) -> None:
        """Free an object."""
        zs_free(self.pool, handle)

    def total_pages(self) -> int:
        """Return how many pages the pool has."""
        return zs_get_total_pages(self.pool)

    def write(self, handle: int, data: bytes) -> None:
        """Fill an object."""
        with object_to_write(self.pool, handle) as write:
            write(data)

    def read(self, handle: int, length: int) -> bytes:
        """Read an object."""
        with object_to_read(self.pool, handle, bytearray(PAGE_SIZE)) as view:
            return view.read(length)


def zpool_create(machine: Machine) -> Zbud | ZsZpool:
    """Make the pool that a kernel takes by default."""
    match machine.kernel.features.zswap_pool:
        case ZswapPoolKind.ZBUD:
            return Zbud(machine)
        case ZswapPoolKind.ZSMALLOC:
            return ZsZpool(machine)
