"""Slab caches: objects of one size, known by address, whose allocation can fail [4.9 mm/slub.c].

Only addresses are handed out; what an object holds is kept by whoever owns the cache.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from targets.linux.machine.gfp import Gfp

if TYPE_CHECKING:
    from fuzz.values.point import Point
    from targets.linux.machine.memory import Memory

CACHE_SPAN: Final = 1 << 20
"""Addresses set aside for each cache, in bytes; cache `n` begins at `(n + 1) * CACHE_SPAN`."""

CACHES_MAX: Final = 1024
"""Caches of a machine; the last one ends far below the first page frame."""

IGNORE_GFP_WAIT: Final[bool] = True
"""failslab's `ignore-gfp-wait` at its default: drawn faults avoid masks that may reclaim."""


@cache
def failslab_exempt(gfp: Gfp) -> bool:
    """Whether the settings of failslab keep drawn faults from a mask.

    In 4.6 to 4.20 either reclaim bit exempts, so that even zram's mask that cannot sleep is spared.
    """
    return IGNORE_GFP_WAIT and (Gfp.DIRECT_RECLAIM in gfp or Gfp.KSWAPD_RECLAIM in gfp)


class KmemCache:
    """A cache of objects of one size. A freed object is the next one to be used again."""

    __slots__ = (
        "_end",
        "_free",
        "_fs_reclaim",
        "_next",
        "_world",
        "live",
        "name",
        "number",
        "size",
    )

    def __init__(self, memory: Memory, name: str, size: int) -> None:
        """Make an empty cache of objects of `size` bytes (kmem_cache_create)."""
        self.number = memory.caches
        """Tells the cache from every other of its machine, even from those that are gone."""
        assert self.number < CACHES_MAX, "a machine has few caches"
        memory.caches += 1
        self._world = memory.world
        self._fs_reclaim = memory.fs_reclaim
        self._free: list[int] = []
        self._next = (self.number + 1) * CACHE_SPAN
        self._end = self._next + CACHE_SPAN
        self.name = name
        self.size = size
        self.live = 0
        """How many objects are allocated."""

    def alloc(self, gfp: Gfp, point: Point) -> int:
        """Allocate an object and return its address; 0 when that fails at fault point `point`."""
        self._fs_reclaim.might_alloc(gfp)
        if self._world.fault(point, size=self.size, exempt=failslab_exempt(gfp)) is not None:
            self._fs_reclaim.refused(gfp)
            return 0
        self.live += 1
        if self._free:
            return self._free.pop()
        address = self._next
        self._next += self.size
        assert self._next <= self._end, "a cache stays within its addresses"
        return address

    def free(self, address: int) -> None:
        """Give an object back."""
        assert self.live > 0, "an object is freed once"
        self.live -= 1
        self._free.append(address)
