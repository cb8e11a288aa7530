"""What processes and administrators do on a machine that swaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.program.domain import Word
from fuzz.program.operation import Operation, argument
from targets.linux.block.crc_disk import format_disk
from targets.linux.mm.exit import exit_mm
from targets.linux.mm.fork import fork
from targets.linux.mm.madvise import madvise_dontneed, madvise_pageout
from targets.linux.mm.mlock import mlock, munlock
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import swap_in
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from targets.shared.contents import CONTENTS
from targets.shared.device import digest
from targets.swap.footprint_judges import footprint_judged
from targets.swap.merging_operations import PAGES, Ksmd, Mergeable, Unmergeable
from targets.swap.progress_judges import (
    mlock_judged,
    pageout_judged,
    readahead_judged,
    reclaim_judged,
)

if TYPE_CHECKING:
    from targets.linux.content.recipe import Recipe
    from targets.swap.seat import Seat

TASKS: Final = Word(("B", "C", "D", "E", "F", "G", "H", "A"))


@dataclass(frozen=True, slots=True)
class Fill(Operation["Seat"]):
    """Drop a page (MADV_DONTNEED) and give its successor contents."""

    word = "fill"
    weight = 40
    page: int = argument(PAGES)
    contents: Recipe = argument(CONTENTS, key="with")  # noqa: RUF009 - a value by its domain

    def run(self, seat: Seat) -> str:
        """Drop, then store."""
        with footprint_judged(seat.core):
            madvise_dontneed(seat.core, seat.mm, self.page)
        seat.store(self.page, self.contents.page())
        return "ok"


@dataclass(frozen=True, slots=True)
class Store(Operation["Seat"]):
    """Write a page of the process's memory."""

    word = "store"
    weight = 60
    page: int = argument(PAGES)
    contents: Recipe = argument(CONTENTS, key="with")  # noqa: RUF009 - a value by its domain

    def run(self, seat: Seat) -> str:
        """Store; SIGBUS when the page cannot be had back, VM_FAULT_OOM without memory."""
        seat.store(self.page, self.contents.page())
        return "ok"


@dataclass(frozen=True, slots=True)
class Load(Operation["Seat"]):
    """Read a page of the process's memory."""

    word = "load"
    weight = 40
    page: int = argument(PAGES)

    def run(self, seat: Seat) -> str:
        """Answer with a digest of what was read."""
        return digest(seat.load(self.page))


@dataclass(frozen=True, slots=True)
class SwapOut(Operation["Seat"]):
    """Reclaim a page, as kswapd or MADV_PAGEOUT would."""

    word = "swap_out"
    weight = 60
    page: int = argument(PAGES)

    def run(self, seat: Seat) -> str:
        """Say whether the page was freed at once."""
        with reclaim_judged(seat.system, seat.mm, self.page) as reclaimed:
            reclaimed.freed = swap_out(seat.core, seat.mm, self.page)
        return "freed" if reclaimed.freed else "kept"


@dataclass(frozen=True, slots=True)
class PageOut(Operation["Seat"]):
    """Push a page of the process itself out (MADV_PAGEOUT)."""

    word = "pageout"
    weight = 10
    page: int = argument(PAGES)

    def run(self, seat: Seat) -> str:
        """Ask; EINVAL before 5.4, and for a page that is mlocked."""
        with pageout_judged(seat.system, seat.mm, self.page):
            madvise_pageout(seat.core, seat.mm, self.page)
        return "ok"


@dataclass(frozen=True, slots=True)
class DontNeed(Operation["Seat"]):
    """Drop a page (MADV_DONTNEED)."""

    word = "dontneed"
    weight = 6
    page: int = argument(PAGES)

    def run(self, seat: Seat) -> str:
        """Drop it: the next load finds zeros; EINVAL for a page that is mlocked."""
        with footprint_judged(seat.core):
            madvise_dontneed(seat.core, seat.mm, self.page)
        return "ok"


@dataclass(frozen=True, slots=True)
class MLock(Operation["Seat"]):
    """Keep a page in memory (mlock)."""

    word = "mlock"
    weight = 4
    page: int = argument(PAGES)

    def run(self, seat: Seat) -> str:
        """Lock; EAGAIN without memory, ENOMEM when the page cannot be had back."""
        with mlock_judged(seat.system, seat.mm, self.page):
            mlock(seat.core, seat.mm, self.page)
        return "ok"


@dataclass(frozen=True, slots=True)
class MUnlock(Operation["Seat"]):
    """Let a page be reclaimed again (munlock)."""

    word = "munlock"
    weight = 4
    page: int = argument(PAGES)

    def run(self, seat: Seat) -> str:
        """Unlock."""
        munlock(seat.core, seat.mm, self.page)
        return "ok"


@dataclass(frozen=True, slots=True)
class SwapIn(Operation["Seat"]):
    """Read a page into the swap cache without touching it, as readahead does."""

    word = "swap_in"
    weight = 20
    page: int = argument(PAGES)

    def run(self, seat: Seat) -> str:
        """Read ahead."""
        with readahead_judged(seat.system, seat.mm, self.page):
            swap_in(seat.core, seat.mm, self.page)
        return "ok"


@dataclass(frozen=True, slots=True)
class Fork(Operation["Seat"]):
    """Fork: the named task becomes the child; ESRCH when there is none that waits for that."""

    word = "fork"
    weight = 20
    task: str = argument(TASKS)

    def run(self, seat: Seat) -> str:
        """Copy the memory, then let the child go."""
        return seat.fork(self.task, fork)


@dataclass(frozen=True, slots=True)
class Exit(Operation["Seat"]):
    """End the process: its other threads get SIGSEGV from then on."""

    word = "exit"
    weight = 6

    def run(self, seat: Seat) -> str:
        """Give all memory back."""
        with footprint_judged(seat.core):
            exit_mm(seat.core, seat.mm)
        return "ok"


@dataclass(frozen=True, slots=True)
class MkSwap(Operation["Seat"]):
    """Write the header of a swap area to the device."""

    word = "mkswap"
    weight = 10

    def run(self, seat: Seat) -> str:
        """Write it; EBUSY while somebody has the device for himself."""
        mkswap(seat.core, seat.disk)
        return "ok"


@dataclass(frozen=True, slots=True)
class SwapOn(Operation["Seat"]):
    """Swap to the device from now on."""

    word = "swapon"
    weight = 10

    def run(self, seat: Seat) -> str:
        """Enable the area; EINVAL without a header."""
        swapon(seat.core, seat.disk)
        return "ok"


@dataclass(frozen=True, slots=True)
class SwapOff(Operation["Seat"]):
    """Bring everything back from the device and stop swapping to it."""

    word = "swapoff"
    weight = 10

    def run(self, seat: Seat) -> str:
        """Disable the area; EINVAL when it is not enabled."""
        swapoff(seat.core, seat.disk)
        return "ok"


@dataclass(frozen=True, slots=True)
class Format(Operation["Seat"]):
    """Erase the disk and decide whether it checks CRCs from then on; ENOENT when it is a zram."""

    word = "format"
    weight = 1
    protection: str = argument(Word(("on", "off")))

    def run(self, seat: Seat) -> str:
        """Format; EBUSY while somebody has the device open."""
        format_disk(seat.crc_disk, protected=self.protection == "on")
        return "ok"


PROCESS_OPERATIONS: Final = (
    Fill,
    Store,
    Load,
    SwapOut,
    PageOut,
    DontNeed,
    MLock,
    MUnlock,
    Mergeable,
    Unmergeable,
    Ksmd,
    SwapIn,
    Fork,
    Exit,
    MkSwap,
    SwapOn,
    SwapOff,
    Format,
)
