"""What users of a pool do, and what the machine does with it behind their backs."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fuzz.program.domain import Number, Word
from fuzz.program.operation import Operation, argument
from fuzz.world.cell import Unseen
from fuzz.world.hotplug import move_to
from targets.linux.machine.errno import EEXIST, EINVAL, ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_NOIO, Gfp
from targets.linux.zsmalloc.compaction import zs_compact, zs_shrinker_scan
from targets.linux.zsmalloc.migration import migrate_page
from targets.linux.zsmalloc.pool import zs_free, zs_malloc
from targets.linux.zsmalloc.shrinker import zs_shrinker_count
from targets.linux.zsmalloc.size_class import ZS_MAX_ALLOC_SIZE
from targets.linux.zsmalloc.structs import MapMode
from targets.linux.zsmalloc.zspage import get_zspage
from targets.zsmalloc.judges import judge_promised
from targets.zsmalloc.progress_judges import compaction_judged, migration_judged

if TYPE_CHECKING:
    from fuzz.values.choices import Choices
    from targets.zsmalloc.system import ZsmallocSystem

OBJECTS: Final = Number(0, 11)
FILLS: Final = Number(0, 255)
PAGES: Final = Number(0, 15)
CPU_NUMBERS: Final = Number(0, 3)

MASKS: Final = MappingProxyType(
    {
        "yes": GFP_NOIO | Gfp.HIGHMEM | Gfp.MOVABLE,
        "no": Gfp.KSWAPD_RECLAIM | Gfp.NOWARN | Gfp.HIGHMEM | Gfp.MOVABLE,
    }
)
"""The masks of zram: whether an allocation may sleep."""

MODES: Final = MappingProxyType({"ro": MapMode.RO, "rw": MapMode.RW, "wo": MapMode.WO})


BORDER_PERCENT: Final = 20
"""How many sizes are within one class of a typical one."""
ZS_ALIGN: Final = 16
"""Bytes from one class to the next."""


class Size(Number):
    """A size in bytes, mostly one of a few whose classes differ in every way, or next to one."""

    __slots__ = ()

    TYPICAL: Final = (1300, 2040, 2500, 1000, 3256, 3600, 4096, 24, 0)

    def draw(self, choices: Choices) -> int:
        """Draw: tasks meet when they use the same class; what is wrong is wrong at a border."""
        if not choices.percent(85):
            return super().draw(choices)
        size = choices.one_of(self.TYPICAL)
        if choices.percent(BORDER_PERCENT):
            size += choices.below(2 * ZS_ALIGN + 1) - ZS_ALIGN
        return min(max(self.low, size), self.high)


SIZES: Final = Size(0, ZS_MAX_ALLOC_SIZE + 1)


@dataclass(frozen=True, slots=True)
class Malloc(Operation["ZsmallocSystem"]):
    """Allocate an object under a number that has none."""

    word = "malloc"
    weight = 20
    object: int = argument(OBJECTS)
    size: int = argument(SIZES)
    sleep: str = argument(Word(tuple(MASKS)), default="yes")

    def run(self, seat: ZsmallocSystem) -> str:
        """Allocate; ENOMEM, and EINVAL or ENOSPC to an odd size (before 6.1 the kernel says 0)."""
        with seat.numbered(self.object) as one:
            if one.handle:
                raise Refusal(EEXIST)
            handle = zs_malloc(seat.pool, self.size, MASKS[self.sleep])
            if not handle:
                possible = 0 < self.size <= ZS_MAX_ALLOC_SIZE
                raise Refusal(ENOMEM if possible else EINVAL)
            one.handle, one.size, one.contents = handle, self.size, None
        return "ok"


@dataclass(frozen=True, slots=True)
class Free(Operation["ZsmallocSystem"]):
    """Free an object."""

    word = "free"
    weight = 20
    object: int = argument(OBJECTS)

    def run(self, seat: ZsmallocSystem) -> str:
        """Free it; its number can be used again."""
        with seat.owned(self.object) as one:
            handle, one.handle = one.handle, 0
            zs_free(seat.pool, handle)
        return "ok"


@dataclass(frozen=True, slots=True)
class Write(Operation["ZsmallocSystem"]):
    """Fill an object with one byte."""

    word = "write"
    object: int = argument(OBJECTS)
    fill: int = argument(FILLS)

    def run(self, seat: ZsmallocSystem) -> str:
        """Write all bytes that were asked for."""
        with seat.owned(self.object) as one:
            seat.write(one, bytes([self.fill]) * one.size)
        return "ok"


@dataclass(frozen=True, slots=True)
class Read(Operation["ZsmallocSystem"]):
    """Read an object."""

    word = "read"
    object: int = argument(OBJECTS)

    def run(self, seat: ZsmallocSystem) -> str:
        """Read, and find out whether it is what was written."""
        with seat.owned(self.object) as one:
            seat.read(one)
        return "ok"


@dataclass(frozen=True, slots=True)
class Map(Operation["ZsmallocSystem"]):
    """Use an object for a while: map it, or hold it where objects are not mapped."""

    word = "map"
    object: int = argument(OBJECTS)
    mode: str = argument(Word(tuple(MODES)), default="ro")
    steps: int = argument(Number(1, 8), key="for", default=1)
    fill: int = argument(FILLS, default=0)

    def run(self, seat: ZsmallocSystem) -> str:
        """Look at the object, write it, or both, as the mode says; nothing is mapped within."""
        with seat.owned(self.object) as one:
            data = None if self.mode == "ro" else bytes([self.fill]) * one.size
            seat.hold(one, MODES[self.mode], data, steps=self.steps)
        return "ok"


@dataclass(frozen=True, slots=True)
class Compact(Operation["ZsmallocSystem"]):
    """Compact the pool."""

    word = "compact"
    weight = 8

    def run(self, seat: ZsmallocSystem) -> str:
        """Answer with the pages freed."""
        with compaction_judged(seat.pool) as compacted:
            compacted.pages = zs_compact(seat.pool)
        return str(compacted.pages)


@dataclass(frozen=True, slots=True)
class Shrink(Operation["ZsmallocSystem"]):
    """Ask the pool's shrinker, as reclaim does."""

    word = "shrink"
    weight = 4

    def run(self, seat: ZsmallocSystem) -> str:
        """Answer with the pages that it promised and those that it freed, -1 for none."""
        count = zs_shrinker_count(seat.pool)
        judge_promised(seat.pool, count)
        if not count:
            return "0,0"
        with compaction_judged(seat.pool) as compacted:
            freed = zs_shrinker_scan(seat.pool)
            compacted.pages = max(freed, 0)
        return f"{count},{freed}"


@dataclass(frozen=True, slots=True)
class Migrate(Operation["ZsmallocSystem"]):
    """Move a page of the zspage in which an object is now; behind the last comes the first."""

    word = "migrate"
    weight = 14
    object: int = argument(OBJECTS)
    page: int = argument(PAGES, default=0)

    def run(self, seat: ZsmallocSystem) -> str:
        """Move it; EBUSY, EAGAIN or EINVAL when that cannot be now."""
        with seat.owned(self.object) as one:
            with Unseen(seat.world):  # Whoever wants memory back finds a page by its frame.
                zspage, _ = get_zspage(seat.pool, one.handle)
            page = zspage.pages[self.page % len(zspage.pages)]
        with migration_judged(seat.pool, page):
            migrate_page(seat.pool, page)
        return "moved"


@dataclass(frozen=True, slots=True)
class MoveTo(Operation["ZsmallocSystem"]):
    """Go on on another CPU."""

    word = "cpu"
    weight = 4
    to: int = argument(CPU_NUMBERS)

    def run(self, seat: ZsmallocSystem) -> str:
        """Move, and wait for a turn there; EINVAL when the machine has no such CPU."""
        if self.to >= len(seat.world.cpus):
            raise Refusal(EINVAL)
        move_to(seat.world, self.to)
        return "ok"


OPERATIONS: Final = (Malloc, Free, Write, Read, Map, Compact, Shrink, Migrate, MoveTo)
