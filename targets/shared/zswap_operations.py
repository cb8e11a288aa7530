"""Operations on zswap: what an administrator, or a kernel short of memory, does to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from fuzz.program.domain import Number, Word
from fuzz.program.operation import Operation, argument
from fuzz.program.target import Setting
from targets.linux.machine.errno import Refusal
from targets.linux.zswap.shrink import zswap_shrink
from targets.shared.zswap_progress import writeback_judged

if TYPE_CHECKING:
    from targets.linux.zswap.zswap import Zswap

ZSWAP: Final = Setting(
    "zswap",
    Word(("off", "on")),
    "off",
    "whether pages are kept compressed in memory before they go to the swap device",
    drawn=False,
)
ZSWAP_POOL_PAGES: Final = Setting(
    "zswap_pool_pages", Number(0, 64), "4", "how many pages that memory may be", drawn=False
)
ZSWAP_SHRINKER: Final = Setting(
    "zswap_shrinker",
    Word(("off", "on")),
    "off",
    "whether reclaim may have zswap write pages back (shrinker_enabled, from 6.8 on)",
    drawn=False,
)


class ZswapSeat(Protocol):
    """What these operations work with."""

    @property
    def zswap(self) -> Zswap:
        """The zswap; a machine without one refuses with ENOENT, as it has no such files."""
        ...


@dataclass(frozen=True, slots=True)
class ZswapEnable(Operation[ZswapSeat]):
    """Write `enabled`: accept pages from now on, or only give them out."""

    word = "zswap_enable"
    weight = 1
    value: str = argument(Word(("on", "off")))

    def run(self, seat: ZswapSeat) -> str:
        """Set it; what zswap has stays."""
        seat.zswap.enabled = self.value == "on"
        return "ok"


@dataclass(frozen=True, slots=True)
class ZswapLimit(Operation[ZswapSeat]):
    """Write `max_pool_percent`, here in pages."""

    word = "zswap_limit"
    weight = 1
    pages: int = argument(Number(0, 64))

    def run(self, seat: ZswapSeat) -> str:
        """Set it; a pool that is larger shrinks when the next page comes."""
        seat.zswap.max_pages = self.pages
        return "ok"


@dataclass(frozen=True, slots=True)
class ZswapWriteback(Operation[ZswapSeat]):
    """Write back what is oldest in zswap, as a store into a full pool makes happen."""

    word = "zswap_writeback"
    weight = 2

    def run(self, seat: ZswapSeat) -> str:
        """Shrink the pool once; EINVAL when it is empty, EAGAIN when nothing could go."""
        with writeback_judged(seat.zswap):
            error = zswap_shrink(seat.zswap)
            if error:
                raise Refusal(error)
        return "ok"


ZSWAP_OPERATIONS: Final = (ZswapEnable, ZswapLimit, ZswapWriteback)
