"""Physical memory: page frames, an allocator that can fail for each mask, and access by address.

A physical address is `pfn * 4096 + offset`.
An access that leaves its frame touches the physically next one, whoever owns that.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from fuzz.sanitize.memory.objects import Objects
from fuzz.sanitize.memory.written import Written
from fuzz.sanitize.references import References
from fuzz.values.point import Point
from fuzz.world.event import accessing_place
from targets.linux.machine.fs_reclaim import FsReclaim
from targets.linux.machine.gfp import Gfp
from targets.linux.machine.page import PAGE_SIZE, Page, fill_page
from targets.linux.machine.promises import FOREIGN_MEMORY_CORRUPTED
from targets.linux.machine.sanitizers import KASAN_FRAMES, KASAN_SLAB, PAGE_REFERENCES
from targets.linux.machine.zone import Zone

if TYPE_CHECKING:
    from collections.abc import Collection

    from fuzz.world.world import World

FIRST_PFN: Final = 0x10_0000
"""The lowest frame that is handed out, 4 GiB up: no small number is mistaken for an address."""

IGNORE_GFP_HIGHMEM: Final[bool] = False
IGNORE_GFP_WAIT: Final[bool] = True
"""fail_page_alloc as one sets it to reach zram: `ignore-gfp-highmem` off, `ignore-gfp-wait` on.

`min-order` is 0, so every single page counts.
Drawn faults then hit only the masks that must not sleep; a fault that a case names hits any.
"""

SLEEP: Final = Point("alloc_page.sleep", "the allocation waits while memory is reclaimed")

ACCESSORS: Final = frozenset({"memcpy", "read", "write"})
"""Functions that touch memory for whoever calls them: a finding names the caller instead."""


@cache
def fail_page_alloc_exempt(gfp: Gfp) -> bool:
    """Whether the settings of fail_page_alloc keep drawn faults from a mask [4.9 page_alloc.c]."""
    return (IGNORE_GFP_HIGHMEM and Gfp.HIGHMEM in gfp) or (
        IGNORE_GFP_WAIT and Gfp.DIRECT_RECLAIM in gfp
    )


ALLOCATORS: Final = frozenset(
    {"_take_frame", "alloc_page", "_alloc_page", "_early_page", "alloc_swap_page"}
    | {"with_page", "buffers", "page", "_temporary_page", "_write_selected", "_write_in_loop"}
)
"""Functions that allocate a page frame for another, whose it then is."""


class Memory:
    """The page frames of a machine. A freed frame is the next one to be used again.

    Without a number of frames, memory never runs out by itself.
    """

    __slots__ = (
        "_allocated_at",
        "_allocated_in",
        "_frames",
        "_free",
        "_next",
        "caches",
        "frames",
        "fs_reclaim",
        "lost",
        "peak",
        "references",
        "slab",
        "world",
        "zone",
    )

    def __init__(self, world: World, frames: int = 0) -> None:
        """Start with no frame in use, of `frames`; 0 for as many as anybody wants."""
        self.world = world
        self.fs_reclaim = FsReclaim(world)
        self.zone = Zone(world, frames, self.fs_reclaim) if frames else None
        """Watermarks, and who may go below them; None where memory is not limited."""
        self.peak = 0
        """The most frames that were in use at once."""
        self.caches = 0
        """How many slab caches were ever made; each takes its number from here."""
        self.lost: dict[int, None] = {}
        """Frames whose owner is gone and was reported for it: no part of the kernel, for judges."""
        self.frames = Objects(world, KASAN_FRAMES)
        """When page frames are freed, so that nobody uses one after that."""
        self.slab = Objects(world, KASAN_SLAB)
        """The same of structs."""
        self.references = References(world, PAGE_REFERENCES)
        self._frames: dict[int, Page] = {}
        self._allocated_at: dict[int, str] = {}
        """For each frame, the name of the point where it was allocated last."""
        self._allocated_in: dict[int, str] = {}
        """For each frame, the function that it was allocated for."""
        self._free: list[int] = []
        self._next = FIRST_PFN

    @property
    def in_use(self) -> int:
        """How many frames are allocated."""
        return len(self._frames)

    def alloc_page(self, gfp: Gfp, point: Point) -> Page | None:
        """Allocate a page frame, of any contents; None when that fails at fault point `point`."""
        world = self.world
        self.fs_reclaim.might_alloc(gfp)
        if world.fault(point, exempt=fail_page_alloc_exempt(gfp)) is not None:
            self.fs_reclaim.refused(gfp)
            return None
        if Gfp.DIRECT_RECLAIM in gfp:
            world.reach(SLEEP)
        if self.zone is not None and not self.zone.has_frame_for(gfp):
            self.fs_reclaim.refused(gfp)
            return None
        return self._take_frame(point.name)

    def free_page(self, page: Page) -> None:
        """Give a frame back."""
        pfn = page.pfn
        assert self._frames.get(pfn) is page, "a frame is freed once, by whoever has it"
        del self._frames[pfn]
        self._free.append(pfn)
        self.references.gone(pfn)
        self.frames.free(page)
        if self.zone is not None:
            self.zone.free += 1

    def page(self, pfn: int) -> Page:
        """Return the page of an allocated frame."""
        return self._frames[pfn]

    def find(self, pfn: int) -> Page | None:
        """Return the page of a frame, or None when the frame is not in use."""
        return self._frames.get(pfn)

    def leaked_by(self, known: Collection[int]) -> str:
        """Name the function whose frame is the oldest that is not among the `known` ones.

        That is the place of a leak: a schedule changes the numbers of frames, and not whose they
        are. Where all are known, somebody has said so of one that he does not have.
        """
        unknown = (pfn for pfn in self._frames if pfn not in known and pfn not in self.lost)
        return next((self._allocated_in[pfn] for pfn in unknown), "free_page")

    def read(self, address: int, length: int) -> bytes:
        """Read `length` bytes from a physical address on; frames that are not in use hold zeros."""
        pfn, offset = divmod(address, PAGE_SIZE)
        page = self._frames.get(pfn)
        if page is not None and offset + length <= PAGE_SIZE:
            return bytes(page.bytes[offset : offset + length])
        return b"".join(
            bytes(page.bytes[start : start + size]) if page is not None else bytes(size)
            for page, start, _, size in self._pieces(address, length)
        )

    def write(self, address: int, data: bytes) -> None:
        """Write to a physical address; what falls on frames that are not in use is lost."""
        pfn, offset = divmod(address, PAGE_SIZE)
        end = offset + len(data)
        page = self._frames.get(pfn)
        if page is not None and end <= PAGE_SIZE:
            fill_page(page, data, offset)
            return
        for page, start, done, size in self._pieces(address, len(data)):
            if page is not None:
                fill_page(page, data[done : done + size], start)
                if done:
                    self._report_foreign(page, size, accessing_place(ACCESSORS))

    def _take_frame(self, owner: str) -> Page:
        if self._free:
            pfn = self._free.pop()
        else:
            pfn = self._next
            self._next += 1
        page = self._frames[pfn] = Page(self.world, pfn, self.references)
        self._allocated_at[pfn] = owner
        self._allocated_in[pfn] = accessing_place(ALLOCATORS)
        self.frames.born(page, f"page frame {pfn:#x}")
        self.references.made(pfn)
        if self.world.sanitizers.memory:
            page.filled = Written()
        if self.zone is not None:
            self.zone.free -= 1
        self.peak = max(self.peak, len(self._frames))
        return page

    def _pieces(self, address: int, length: int) -> list[tuple[Page | None, int, int, int]]:
        """Cut an access at frame borders: (frame, offset in it, bytes before it, bytes in it)."""
        pieces: list[tuple[Page | None, int, int, int]] = []
        done = 0
        while done < length:
            pfn, offset = divmod(address + done, PAGE_SIZE)
            size = min(length - done, PAGE_SIZE - offset)
            pieces.append((self._frames.get(pfn), offset, done, size))
            done += size
        return pieces

    def _report_foreign(self, page: Page, size: int, place: str) -> None:
        self.world.report(
            FOREIGN_MEMORY_CORRUPTED,
            f"BUG: memory of another owner overwritten in {place}",
            f"{size} bytes went past the end of a page into frame {page.pfn:#x}, "
            f"which was allocated at {self._allocated_at[page.pfn]}",
            place=place,
        )
