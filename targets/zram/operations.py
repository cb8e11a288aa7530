"""Operations on the zram devices of a machine: which one is used, which there are, more I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.program.domain import Number
from fuzz.program.operation import Operation, argument
from targets.shared.contents import CONTENTS
from targets.shared.device import BLOCKS, COUNTS

if TYPE_CHECKING:
    from targets.linux.content.recipe import Recipe
    from targets.zram.seat import ZramSeat

DEVICES: Final = Number(0, 3)


@dataclass(frozen=True, slots=True)
class Use(Operation["ZramSeat"]):
    """Let the task use another device from now on."""

    word = "use"
    weight = 1
    device: int = argument(DEVICES)

    def run(self, seat: ZramSeat) -> str:
        """Use it; ENOENT when there is none."""
        seat.use(self.device)
        return "ok"


@dataclass(frozen=True, slots=True)
class HotAdd(Operation["ZramSeat"]):
    """Read `hot_add`: make another device, without a size."""

    word = "hot_add"
    weight = 1

    def run(self, seat: ZramSeat) -> str:
        """Answer with its number."""
        return seat.control.hot_add_show()


@dataclass(frozen=True, slots=True)
class HotRemove(Operation["ZramSeat"]):
    """Write `hot_remove`: take a device away."""

    word = "hot_remove"
    weight = 1
    device: int = argument(DEVICES)

    def run(self, seat: ZramSeat) -> str:
        """Remove it; EBUSY while it is open, ENODEV when there is none."""
        seat.control.hot_remove_store(str(self.device))
        return "ok"


@dataclass(frozen=True, slots=True)
class OpenDevice(Operation["ZramSeat"]):
    """Open the device, and keep it open."""

    word = "open"
    weight = 1

    def run(self, seat: ZramSeat) -> str:
        """Open it; EBUSY while it is reset."""
        seat.open()
        return "ok"


@dataclass(frozen=True, slots=True)
class CloseDevice(Operation["ZramSeat"]):
    """Close what the task opened last."""

    word = "close"
    weight = 1

    def run(self, seat: ZramSeat) -> str:
        """Close it; EBADF when nothing is open."""
        seat.close()
        return "ok"


@dataclass(frozen=True, slots=True)
class WriteMany(Operation["ZramSeat"]):
    """Write consecutive blocks with one request, of two kinds in turn."""

    word = "write_many"
    weight = 4
    block: int = argument(BLOCKS)
    count: int = argument(COUNTS)
    contents: Recipe = argument(CONTENTS, key="with")  # noqa: RUF009 - a value by its domain
    others: Recipe = argument(CONTENTS, key="then")  # noqa: RUF009 - a value by its domain

    def run(self, seat: ZramSeat) -> str:
        """Write, or be refused with some blocks written."""
        pages = (self.contents.page(), self.others.page())
        seat.write_many(self.block, [pages[number % 2] for number in range(self.count)])
        return "ok"


@dataclass(frozen=True, slots=True)
class WriteZeroes(Operation["ZramSeat"]):
    """Have blocks filled with zeros."""

    word = "write_zeroes"
    weight = 2
    block: int = argument(BLOCKS)
    count: int = argument(COUNTS, default=1)

    def run(self, seat: ZramSeat) -> str:
        """Fill them, or be refused with some blocks filled."""
        seat.write_zeroes(self.block, self.count)
        return "ok"


ZRAM_OPERATIONS: Final = (
    Use,
    HotAdd,
    HotRemove,
    OpenDevice,
    CloseDevice,
    WriteMany,
    WriteZeroes,
)
