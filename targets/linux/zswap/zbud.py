"""zbud: an allocator of at most two objects a page, its buddies [4.10 mm/zbud.c].

A handle is the address of its object, so that nothing can be moved.
A page is known by its frame; its header takes the first chunk of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fuzz.values.point import Access, Point, fault_point
from fuzz.world.cell import CellClass
from fuzz.world.shared import Fields, Watch, share, shared
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.spinlock import SpinLock
from targets.linux.machine.errno import EAGAIN, EINVAL, ENOMEM, ENOSPC, Refusal
from targets.linux.machine.page import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.machine.gfp import Gfp
    from targets.linux.machine.machine import Machine
    from targets.linux.machine.page import Page

CHUNK: Final = 64
"""The unit of allocation, in bytes."""

CHUNKS: Final = PAGE_SIZE // CHUNK - 1
"""Chunks of a page behind its header."""

LARGEST: Final = PAGE_SIZE - 2 * CHUNK
"""The largest object: it leaves room for the smallest buddy."""

ZBUD_LOCK: Final = LockClass("zbud", "the pages of a zbud pool")
ZBUD_PAGE: Final = fault_point(
    "zbud.page", "a page for the entries of zswap", ENOMEM, capability="fail_page_alloc"
)
OBJECT_READ: Final = Point("zbud.read", "read an object of zbud", Access.READ, "zbud object")
OBJECT_WRITE: Final = Point("zbud.write", "write an object of zbud", Access.WRITE, "zbud object")


BUDDIES: Final = CellClass(
    "zbud page", "the lock of the pool", "_take", "_settle", "free_chunks", locks=(ZBUD_LOCK,)
)
POOL_LISTS: Final = CellClass("zbud lists", "the lock of the pool", locks=(ZBUD_LOCK,))


@shared(Fields(BUDDIES, "first", "last", "under_reclaim"))
@dataclass(slots=True, eq=False)
class Buddies:
    """One page of the pool (struct zbud_header)."""

    page: Page
    first: int = 0
    """Chunks of the buddy at the front; 0 when there is none."""
    last: int = 0
    """Chunks of the buddy at the end."""
    under_reclaim: bool = False
    cells: Any = None
    """What `shared` keeps."""

    def handle(self, *, last: bool) -> int:
        """Return the address of a buddy (encode_handle)."""
        offset = PAGE_SIZE - self.last * CHUNK if last else CHUNK
        return self.page.pfn * PAGE_SIZE + offset

    def free_chunks(self) -> int:
        """Return how many chunks are left."""
        return CHUNKS - self.first - self.last


@shared(Fields(POOL_LISTS, "_unbuddied", "_lru", watch=Watch.USE))
class Zbud:
    """A pool; whoever evicts is told the handle, and answers with an errno name or nothing."""

    def __init__(self, machine: Machine) -> None:
        """Make an empty pool."""
        self._machine = machine
        self._lock = SpinLock(machine.world, ZBUD_LOCK)
        self.pages: dict[int, Buddies] = {}
        """By frame."""
        self._unbuddied: list[Buddies] = []
        """Pages with room for a buddy, the one that got it last in front."""
        self._lru: list[Buddies] = []
        """Pages in the order of their last allocation, the newest in front."""
        share(machine.world, self)

    def malloc(self, size: int, gfp: Gfp) -> int:
        """Allocate an object and return its handle; ENOSPC if it is too large, ENOMEM."""
        if size > LARGEST:
            raise Refusal(ENOSPC)
        chunks = -(-size // CHUNK)
        with self._lock:
            buddies = self._find_unbuddied(chunks)
            if buddies is not None:
                return self._take(buddies, chunks)
        page = self._machine.memory.alloc_page(gfp, ZBUD_PAGE)
        if page is None:
            raise Refusal(ENOMEM)
        with self._lock:
            buddies = self.pages[page.pfn] = Buddies(page)
            share(self._machine.world, buddies, page.pfn)
            return self._take(buddies, chunks)

    def free(self, handle: int) -> None:
        """Free an object; a page that is being reclaimed goes with that."""
        with self._lock:
            buddies = self.pages[handle // PAGE_SIZE]
            if handle == buddies.handle(last=False):
                buddies.first = 0
            else:
                buddies.last = 0
            if not buddies.under_reclaim:
                self._settle(buddies)

    def total_pages(self) -> int:
        """Return how many pages the pool has."""
        return len(self.pages)

    def write(self, handle: int, data: bytes) -> None:
        """Fill an object."""
        self._machine.world.reach(OBJECT_WRITE, handle)
        self._machine.memory.write(handle, data)

    def read(self, handle: int, length: int) -> bytes:
        """Read an object."""
        self._machine.world.reach(OBJECT_READ, handle)
        return self.peek(handle, length)

    def peek(self, handle: int, length: int) -> bytes:
        """Read an object for a judge: nothing is announced."""
        return self._machine.memory.read(handle, length)

    def handles(self) -> list[int]:
        """Return all objects, for a judge."""
        return [
            buddies.handle(last=last)
            for buddies in self.pages.values()
            for last, chunks in ((False, buddies.first), (True, buddies.last))
            if chunks
        ]

    def aged_handles(self) -> list[int]:
        """Return the objects whose pages can be reclaimed, the oldest first, for a judge."""
        return [
            buddies.handle(last=last)
            for buddies in reversed(self._lru)
            for last, chunks in ((False, buddies.first), (True, buddies.last))
            if chunks
        ]

    def offered_pages(self) -> list[int]:
        """Return the frames that are offered to a buddy, for a judge."""
        return [buddies.page.pfn for buddies in self._unbuddied]

    def roomy_pages(self) -> list[int]:
        """Return the frames that have room for a buddy, for a judge."""
        pages = self.pages.values()
        return [each.page.pfn for each in pages if not each.first or not each.last]

    def reclaim_page(self, evict: Callable[[int], str], retries: int) -> str:
        """Evict the buddies of the oldest page until a page is free; EINVAL, EAGAIN if none is."""
        for _ in range(retries):
            with self._lock:
                if not self._lru:
                    return EINVAL
                buddies = self._lru.pop()
                self._forget_room(buddies)
                buddies.under_reclaim = True
                ends = [last for last in (False, True) if self._chunks(buddies, last=last)]
                handles = [buddies.handle(last=last) for last in ends]
            for handle in handles:
                if evict(handle):
                    break
            with self._lock:
                buddies.under_reclaim = False
                if not buddies.first and not buddies.last:
                    self._free_page(buddies)
                    return ""
                self._offer_room(buddies)
                self._lru.insert(0, buddies)
        return EAGAIN

    def _find_unbuddied(self, chunks: int) -> Buddies | None:
        """Take the page with the least room that is enough off its list."""
        fitting = [each for each in self._unbuddied if each.free_chunks() >= chunks]
        if not fitting:
            return None
        best = min(fitting, key=Buddies.free_chunks)
        self._unbuddied.remove(best)
        return best

    def _take(self, buddies: Buddies, chunks: int) -> int:
        last = buddies.first != 0
        if last:
            buddies.last = chunks
        else:
            buddies.first = chunks
        self._offer_room(buddies)
        if buddies in self._lru:
            self._lru.remove(buddies)
        self._lru.insert(0, buddies)
        return buddies.handle(last=last)

    def _settle(self, buddies: Buddies) -> None:
        """Free a page without objects, or offer the room of one that has lost one."""
        self._forget_room(buddies)
        if not buddies.first and not buddies.last:
            self._lru.remove(buddies)
            self._free_page(buddies)
        else:
            self._offer_room(buddies)

    def _offer_room(self, buddies: Buddies) -> None:
        if not buddies.first or not buddies.last:
            self._unbuddied.insert(0, buddies)

    def _forget_room(self, buddies: Buddies) -> None:
        if buddies in self._unbuddied:
            self._unbuddied.remove(buddies)

    def _free_page(self, buddies: Buddies) -> None:
        del self.pages[buddies.page.pfn]
        self._machine.memory.free_page(buddies.page)

    @staticmethod
    def _chunks(buddies: Buddies, *, last: bool) -> int:
        return buddies.last if last else buddies.first
