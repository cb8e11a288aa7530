"""Operations on the zram devices of a machine: which one is used, which there are, more I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from fuzz.program.domain import Number
from fuzz.program.operation import Operation, argument
from targets.shared.contents import CONTENTS
from targets.shared.device import BLOCKS, COUNTS

if TYPE_CHECKING:
    from targets.linux.content.recipe import Recipe

DEVICES: Final = Number(0, 3)


class DevicesSeat(Protocol):
    """What these operations work with: the devices of a machine, of which the task uses one."""

    def use(self, number: int) -> None:
        """Use another device from now on."""
        ...

    def hot_add(self) -> str:
        """Make a device, and return its number."""
        ...

    def hot_remove(self, number: int) -> None:
        """Take a device away."""
        ...

    def delete_module(self) -> None:
        """Unload the module, with its devices."""
        ...

    def init_module(self) -> None:
        """Load the module, with its first device, unless it is loaded."""
        ...

    def read_block_state(self, count: int) -> str:
        """Read so many bytes of block_state at most."""
        ...

    def open(self) -> None:
        """Keep the device open until `close`."""
        ...

    def close(self) -> None:
        """Close what was opened last."""
        ...

    def write_many(self, first: int, contents: list[bytes]) -> None:
        """Write consecutive blocks in one request."""
        ...

    def write_zeroes(self, first: int, count: int) -> None:
        """Have blocks filled with zeros."""
        ...


@dataclass(frozen=True, slots=True)
class Use(Operation["DevicesSeat"]):
    """Let the task use another device from now on."""

    word = "use"
    weight = 1
    device: int = argument(DEVICES)

    def run(self, seat: DevicesSeat) -> str:
        """Use it; ENOENT when there is none."""
        seat.use(self.device)
        return "ok"


@dataclass(frozen=True, slots=True)
class HotAdd(Operation["DevicesSeat"]):
    """Read `hot_add`: make another device, without a size."""

    word = "hot_add"
    weight = 1

    def run(self, seat: DevicesSeat) -> str:
        """Answer with its number."""
        return seat.hot_add()


@dataclass(frozen=True, slots=True)
class HotRemove(Operation["DevicesSeat"]):
    """Write `hot_remove`: take a device away."""

    word = "hot_remove"
    weight = 1
    device: int = argument(DEVICES)

    def run(self, seat: DevicesSeat) -> str:
        """Remove it; EBUSY while it is open, ENODEV when there is none."""
        seat.hot_remove(self.device)
        return "ok"


@dataclass(frozen=True, slots=True)
class Rmmod(Operation["DevicesSeat"]):
    """Unload the module, and all devices with it (`rmmod zram`)."""

    word = "rmmod"
    weight = 1

    def run(self, seat: DevicesSeat) -> str:
        """Unload it; EAGAIN while a device is open, ENOENT when it is not loaded."""
        seat.delete_module()
        return "ok"


@dataclass(frozen=True, slots=True)
class Modprobe(Operation["DevicesSeat"]):
    """Load the module again, with one device that has no size (`modprobe zram`)."""

    word = "modprobe"
    weight = 1

    def run(self, seat: DevicesSeat) -> str:
        """Load it, unless it is loaded."""
        seat.init_module()
        return "ok"


@dataclass(frozen=True, slots=True)
class ReadBlockState(Operation["DevicesSeat"]):
    """Read `block_state` in debugfs, with room for so many bytes."""

    word = "block_state"
    weight = 1
    count: int = argument(Number(0, 256))

    def run(self, seat: DevicesSeat) -> str:
        """Answer with its words, joined by commas; ENOENT where there is no such file."""
        return ",".join(seat.read_block_state(self.count).split())


@dataclass(frozen=True, slots=True)
class OpenDevice(Operation["DevicesSeat"]):
    """Open the device, and keep it open."""

    word = "open"
    weight = 1

    def run(self, seat: DevicesSeat) -> str:
        """Open it; EBUSY while it is reset."""
        seat.open()
        return "ok"


@dataclass(frozen=True, slots=True)
class CloseDevice(Operation["DevicesSeat"]):
    """Close what the task opened last."""

    word = "close"
    weight = 1

    def run(self, seat: DevicesSeat) -> str:
        """Close it; EBADF when nothing is open."""
        seat.close()
        return "ok"


@dataclass(frozen=True, slots=True)
class WriteMany(Operation["DevicesSeat"]):
    """Write consecutive blocks with one request, of two kinds in turn."""

    word = "write_many"
    weight = 4
    block: int = argument(BLOCKS)
    count: int = argument(COUNTS)
    contents: Recipe = argument(CONTENTS, key="with")  # noqa: RUF009 - a value by its domain
    others: Recipe = argument(CONTENTS, key="then")  # noqa: RUF009 - a value by its domain

    def run(self, seat: DevicesSeat) -> str:
        """Write, or be refused with some blocks written."""
        pages = (self.contents.page(), self.others.page())
        seat.write_many(self.block, [pages[number % 2] for number in range(self.count)])
        return "ok"


@dataclass(frozen=True, slots=True)
class WriteZeroes(Operation["DevicesSeat"]):
    """Have blocks filled with zeros."""

    word = "write_zeroes"
    weight = 2
    block: int = argument(BLOCKS)
    count: int = argument(COUNTS, default=1)

    def run(self, seat: DevicesSeat) -> str:
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
MODULE_OPERATIONS: Final = (Rmmod, Modprobe, ReadBlockState)
"""What concerns the module and debugfs: no business of who was given one device."""
