"""Reclaim for want of memory: kswapd in the background, direct reclaim by who needs a frame.

[4.9 mm/vmscan.c] Both scan anonymous pages in the order in which they were first mapped,
then pages that only the swap cache has; how recently pages were used is not modelled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.machine.gfp import GFP_KERNEL, Gfp
from targets.linux.mm.reclaim import isolate, shrink_page_list
from targets.linux.mm.rmap import anon_pages
from targets.linux.swap.frontswap import frontswap_shrink

if TYPE_CHECKING:
    from targets.linux.machine.zone import Zone
    from targets.linux.swap.core import SwapCore

SWAP_CLUSTER_MAX: Final = 4
"""Frames that direct reclaim is content with; 32 in the kernel, whose machines are larger."""

KSWAPD_FAILURES_MAX: Final = 16
"""Vain attempts in a row after which nobody wakes kswapd (MAX_RECLAIM_RETRIES)."""


class AnonReclaimer:
    """Reclaims anonymous memory when a zone has few free frames."""

    def __init__(self, core: SwapCore, zone: Zone) -> None:
        """Be the reclaimer of a zone."""
        self._core = core
        self._zone = zone
        self._awake = False
        self._failures = 0

    def wake_kswapd(self) -> None:
        """Let kswapd run, unless it does, or there is no hope; asleep it is no task at all."""
        if not self._awake and self._failures < KSWAPD_FAILURES_MAX:
            self._awake = True
            self._core.world.spawn("kswapd", self.kswapd)

    def kswapd(self) -> None:
        """Reclaim until enough is free, or nothing more can be had at once (balance_pgdat)."""
        zone = self._zone
        with self._core.memory.fs_reclaim.reclaiming(GFP_KERNEL):
            while zone.free <= zone.watermarks.high:
                missing = zone.watermarks.high + 1 - zone.free
                if not self._shrink(missing, GFP_KERNEL):
                    self._failures += 1
                    break
        self._awake = False

    def try_to_free_pages(self, gfp: Gfp) -> int:
        """Reclaim for a task that needs a frame; it does not reclaim while it does that."""
        with self._core.memory.fs_reclaim.reclaiming(gfp):
            return self._shrink(SWAP_CLUSTER_MAX, gfp)

    def _shrink(self, wanted: int, gfp: Gfp) -> int:
        freed = shrink_lists(self._core, wanted, gfp)
        frontswap_shrink(self._core, gfp)
        if freed:
            self._failures = 0
        return freed


def shrink_lists(core: SwapCore, wanted: int, gfp: Gfp) -> int:
    """Try each page once until `wanted` are freed; return how many were."""
    freed = 0
    for page in anon_pages(core):
        if freed >= wanted:
            break
        if isolate(core, page):
            freed += shrink_page_list(core, [page], gfp)
    return freed


def reclaim_when_memory_is_short(core: SwapCore) -> None:
    """Let the machine's zone, if its memory is limited, reclaim anonymous memory."""
    zone = core.memory.zone
    if zone is not None:
        zone.reclaimer = AnonReclaimer(core, zone)
