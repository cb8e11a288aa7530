"""Reclaim as an order: who allocates may have to reclaim, and waits for what reclaim takes.

[mm/page_alloc.c: fs_reclaim_acquire, from 4.14 on] Whoever holds a lock that reclaim takes must not
ask for memory in a way that enters reclaim: hence GFP_NOIO, and PF_MEMALLOC for reclaim itself.
The kernel asks about __GFP_FS alone; here a request with __GFP_IO counts, because that is enough
for a page to go to swap, and so to a zram [mm/vmscan.c: shrink_page_list, may_enter_fs].
Reclaim waits for requests that it makes of disks: who serves one of those must not reclaim either
[block/blk-core.c: q_usage_counter(io), which comes after fs_reclaim; 6.14].
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from fuzz.world.event import accessing_place
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.pseudo_lock import PseudoLock
from targets.linux.machine.gfp import Gfp
from targets.linux.machine.promises import RECLAIM_STARTS_IO

if TYPE_CHECKING:
    from collections.abc import Generator

    from fuzz.world.world import World

FS_RECLAIM: Final = LockClass("fs_reclaim", "reclaim, which is nobody's to hold")
QUEUE_IO: Final = LockClass("q_usage_counter", "requests of disks, which reclaim waits for")
IO_ACCESSORS: Final = frozenset({"io_begins", "submit_bio", "submit_bio_wait", "bdev_write_page"})
ENTERS: Final = Gfp.DIRECT_RECLAIM | Gfp.IO
"""What a request needs to enter reclaim that writes to swap."""


class FsReclaim:
    """Who reclaims, and who might."""

    __slots__ = ("_io", "_memalloc", "_order", "_serving", "_without_io", "_world", "refusals")

    def __init__(self, world: World) -> None:
        """Start with nobody who reclaims."""
        self._world = world
        self._order = PseudoLock(world, FS_RECLAIM)
        self._io = PseudoLock(world, QUEUE_IO)
        self._memalloc: list[int] = []
        self._serving: list[int] = []
        self._without_io: list[int] = []
        """Tasks that reclaim for a request that must not wait for I/O: for judges, as the next."""
        self.refusals = 0
        """Requests that could wait for reclaim, and got nothing: no part of the kernel, for judges.
        """

    @property
    def is_memalloc(self) -> bool:
        """Whether the running task has PF_MEMALLOC."""
        return self._world.running.number in self._memalloc

    @contextmanager
    def memalloc(self) -> Generator[None]:
        """Have PF_MEMALLOC: one's requests do not reclaim, and ignore the watermarks."""
        number = self._world.running.number
        self._memalloc.append(number)
        try:
            yield
        finally:
            self._memalloc.remove(number)

    @contextmanager
    def reclaiming(self, gfp: Gfp) -> Generator[None]:
        """Reclaim, as kswapd and who needs a frame do, with what `gfp` allows.

        Without IO nothing new is written, so that a request from the path of I/O may do it.
        """
        number = self._world.running.number
        without_io = [] if Gfp.IO in gfp else [number]
        self._without_io += without_io
        try:
            with self.memalloc(), self._order if ENTERS in gfp else nullcontext():
                yield
        finally:
            if without_io:
                self._without_io.remove(number)

    def io_begins(self) -> None:
        """Judge that the running task submits I/O: not while it reclaims without __GFP_IO."""
        if self._without_io and self._world.running.number in self._without_io:
            self._world.report(
                RECLAIM_STARTS_IO,
                "reclaim without __GFP_IO starts I/O",
                "whoever asked for memory may hold what the I/O waits for",
                place=accessing_place(IO_ACCESSORS),
            )

    @contextmanager
    def serving_io(self) -> Generator[None]:
        """Serve a request of a disk, for which reclaim may be waiting; a disk may use another."""
        number = self._world.running.number
        if number in self._serving:
            yield
            return
        self._serving.append(number)
        try:
            with self._io:
                yield
        finally:
            self._serving.remove(number)

    def refused(self, gfp: Gfp) -> None:
        """Note that a request with this mask got nothing."""
        self.refusals += Gfp.DIRECT_RECLAIM in gfp

    def might_alloc(self, gfp: Gfp) -> None:
        """Say that a request with this mask is made here, even if memory is plenty this time."""
        if Gfp.DIRECT_RECLAIM in gfp:
            self._world.might_sleep()
            if ENTERS in gfp and not self.is_memalloc:
                with self._order:
                    if self._world.running.number not in self._serving:
                        self._io.might_enter()  # Reclaim writes pages to swap, and waits for that.
