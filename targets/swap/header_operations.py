"""Operations that give a swap area a header of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.program.domain import Number
from fuzz.program.operation import Operation, argument
from targets.linux.swap.header import header_bytes
from targets.linux.swap.swapon import mkswap

if TYPE_CHECKING:
    from targets.swap.seat import Seat

LAST: Final = Number(1, 1023)


@dataclass(frozen=True, slots=True)
class MkSwapBad(Operation["Seat"]):
    """Write a header that names a bad page, as mkswap -c does, perhaps of a larger disk."""

    word = "mkswap_bad"
    weight = 1
    last: int = argument(LAST)
    bad: int = argument(LAST)

    def run(self, seat: Seat) -> str:
        """Write it; EBUSY while somebody has the device for himself."""
        mkswap(seat.core, seat.disk, header_bytes(self.last, (self.bad,)))
        return "ok"
