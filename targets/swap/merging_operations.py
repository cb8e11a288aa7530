"""What processes and ksmd do about pages that are equal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.program.domain import Number
from fuzz.program.operation import Operation, argument
from targets.linux.mm.ksmd import ksm_do_scan
from targets.linux.mm.mergeable import madvise_mergeable, madvise_unmergeable
from targets.swap.progress_judges import merging_judged

if TYPE_CHECKING:
    from targets.swap.seat import Seat

PAGES: Final = Number(0, 15)


@dataclass(frozen=True, slots=True)
class Mergeable(Operation["Seat"]):
    """Let a page be merged with equal ones (MADV_MERGEABLE)."""

    word = "mergeable"
    weight = 6
    page: int = argument(PAGES)

    def run(self, seat: Seat) -> str:
        """Say so; ksmd merges."""
        madvise_mergeable(seat.core, seat.mm, self.page)
        return "ok"


@dataclass(frozen=True, slots=True)
class Unmergeable(Operation["Seat"]):
    """Have a page of one's own again (MADV_UNMERGEABLE)."""

    word = "unmergeable"
    weight = 2
    page: int = argument(PAGES)

    def run(self, seat: Seat) -> str:
        """Part from whom it was merged with; ENOMEM without a page for that."""
        madvise_unmergeable(seat.core, seat.mm, self.page)
        return "ok"


@dataclass(frozen=True, slots=True)
class Ksmd(Operation["Seat"]):
    """Let ksmd look at all mergeable pages once."""

    word = "ksmd"
    weight = 6

    def run(self, seat: Seat) -> str:
        """Answer how many places got the page of another."""
        with merging_judged(seat.system):
            return str(ksm_do_scan(seat.core))
