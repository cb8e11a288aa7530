"""Operations on the whole of a process: where its pages are, and how it is scheduled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.program.domain import Word
from fuzz.program.operation import Operation, argument
from targets.linux.mm.soft_dirty import clear_refs, pagemap_read
from targets.linux.mm.userfaultfd import userfaultfd_move
from targets.linux.swap.swapin import sched_setscheduler
from targets.swap.operations import PAGES

if TYPE_CHECKING:
    from targets.swap.seat import Seat

FIFO: Final = "fifo"


@dataclass(frozen=True, slots=True)
class Chrt(Operation["Seat"]):
    """Make the task a real-time task, or an ordinary one again (sched_setscheduler)."""

    word = "chrt"
    weight = 1
    policy: str = argument(Word((FIFO, "other")))

    def run(self, seat: Seat) -> str:
        """Set the policy."""
        sched_setscheduler(seat.core, real_time=self.policy == FIFO)
        return "ok"


@dataclass(frozen=True, slots=True)
class UffdMove(Operation["Seat"]):
    """Move a page to another address (UFFDIO_MOVE)."""

    word = "uffd_move"
    weight = 4
    page: int = argument(PAGES)
    target: int = argument(PAGES, key="to")

    def run(self, seat: Seat) -> str:
        """Move it; EINVAL before 6.8, EEXIST, ENOENT, EBUSY when it is shared, EAGAIN."""
        userfaultfd_move(seat.core, seat.mm, self.page, self.target)
        return "ok"


@dataclass(frozen=True, slots=True)
class ClearRefs(Operation["Seat"]):
    """Clear the soft-dirty bits of the process (/proc/PID/clear_refs)."""

    word = "clear_refs"
    weight = 2

    def run(self, seat: Seat) -> str:
        """Clear them: from then on it is noted which pages are written to."""
        clear_refs(seat.core, seat.mm)
        return "ok"


@dataclass(frozen=True, slots=True)
class PageMap(Operation["Seat"]):
    """Read the soft-dirty bit of a page (/proc/PID/pagemap)."""

    word = "pagemap"
    weight = 1
    page: int = argument(PAGES)

    def run(self, seat: Seat) -> str:
        """Say whether the page counts as written to."""
        return "written" if pagemap_read(seat.core, seat.mm, self.page) else "not written"


LIFE_OPERATIONS: Final = (UffdMove, Chrt, ClearRefs, PageMap)
