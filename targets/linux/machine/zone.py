"""A zone of few page frames: watermarks, and who may go below them [4.9 mm/page_alloc.c].

A request finds frames above `low`, or wakes kswapd and takes one above `min`.
One that cannot sleep goes no further; others reclaim first, and look again.
Who reclaims already (PF_MEMALLOC) ignores the watermarks, so that reclaim itself can proceed.
The OOM killer is not modelled: a request that nothing helps fails, as one of a killed task does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from fuzz.values.point import Access, Point
from targets.linux.machine.gfp import Gfp

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.machine.fs_reclaim import FsReclaim

FREE_PAGES: Final = Point(
    "zone.free_pages", "compare the free page frames with a watermark", Access.READ, "free pages"
)
CONGESTED: Final = Point("zone.congested", "reclaim got nothing: wait for I/O under way")

NO_PROGRESS_LOOPS_MAX: Final = 3
"""Rounds without progress before a request fails (MAX_RECLAIM_RETRIES, there 16).

A tick of the virtual clock outlasts all I/O under way, so that more rounds find nothing new.
"""

MIN_DIVISOR: Final = 4
"""The part of all frames that is kept for reclaim; of a real machine it is far smaller."""


class Reclaimer(Protocol):
    """Whoever can free page frames."""

    def wake_kswapd(self) -> None:
        """Let kswapd reclaim up to the high watermark; allowed in any context."""
        ...

    def try_to_free_pages(self, gfp: Gfp) -> int:
        """Reclaim on behalf of a request (direct reclaim); return how many frames were freed."""
        ...


@dataclass(frozen=True, slots=True)
class Watermarks:
    """How many free frames have to be left, in frames."""

    min: int
    """Below, only reclaim itself and atomic requests get a frame."""
    low: int
    """Below, kswapd is woken."""
    high: int
    """Above, kswapd sleeps."""


def watermarks_of(frames: int) -> Watermarks:
    """Set the watermarks of a zone of `frames`: `low` is min + min/4, `high` is min + min/2."""
    least = max(1, frames // MIN_DIVISOR)
    step = max(1, least // 4)
    return Watermarks(least, least + step, least + 2 * step)


class Zone:
    """The frames of a machine, as a number of which some are free."""

    def __init__(self, world: World, frames: int, fs_reclaim: FsReclaim) -> None:
        """Make a zone whose frames are all free."""
        self.frames = frames
        self.free = frames
        self.watermarks = watermarks_of(frames)
        self.reclaimer: Reclaimer | None = None
        """Who can free frames; None until there is memory that can be reclaimed."""
        self._world = world
        self._fs_reclaim = fs_reclaim

    def has_frame_for(self, gfp: Gfp) -> bool:
        """Find a free frame for a request, after reclaim if need be (__alloc_pages_nodemask)."""
        self._world.reach(FREE_PAGES)
        if self.free > self.watermarks.low:
            return True
        if self.reclaimer is not None and Gfp.KSWAPD_RECLAIM in gfp:
            self.reclaimer.wake_kswapd()
        if self.free > self.lowest_allowed(gfp):
            return True
        if Gfp.DIRECT_RECLAIM not in gfp or self._fs_reclaim.is_memalloc:
            return self._tell_failed()
        return self._reclaim_and_retry(gfp) or self._tell_failed()

    def lowest_allowed(self, gfp: Gfp) -> int:
        """Return how many free frames a request must leave (gfp_to_alloc_flags).

        ALLOC_HIGH takes half off `min`; for atomic requests ALLOC_HARDER takes a quarter more off.
        """
        if self._fs_reclaim.is_memalloc:
            return 0
        least = self.watermarks.min
        if Gfp.HIGH in gfp:
            least -= least // 2
            if Gfp.DIRECT_RECLAIM not in gfp:
                least -= least // 4
        return least

    def _reclaim_and_retry(self, gfp: Gfp) -> bool:
        """Reclaim until there is a frame, or there is no hope (__alloc_pages_slowpath)."""
        no_progress_loops = 0
        while self.reclaimer is not None and no_progress_loops < NO_PROGRESS_LOOPS_MAX:
            progress = self.reclaimer.try_to_free_pages(gfp)
            if self.free > self.lowest_allowed(gfp):
                return True
            if Gfp.NORETRY in gfp:
                return False
            no_progress_loops = 0 if progress else no_progress_loops + 1
            if not progress:
                self._world.sleep(CONGESTED, 1)
        return self.free > self.lowest_allowed(gfp)

    def _tell_failed(self) -> bool:
        if self._world.watched:
            self._world.tell(f"page allocation failure: {self.free} of {self.frames} are free")
        return False
