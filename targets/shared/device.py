"""Operations on a block device and, if it is a zram, on its files in sysfs.

Each is one call of its seat, which may lead to the model or to a real kernel: only what the seat
answers decides what the operation answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from zlib import crc32

from fuzz.program.domain import Number, Word
from fuzz.program.operation import Operation, argument
from targets.linux.machine.page import PAGE_SIZE
from targets.shared.contents import CONTENTS
from targets.shared.settings import ALGORITHM_NAMES
from targets.shared.texts import TEXTS

if TYPE_CHECKING:
    from targets.linux.content.recipe import Recipe

BLOCKS: Final = Number(0, 63)
COUNTS: Final = Number(1, 8)
SIZES: Final = Number(0, 64)
FILES: Final = Word(
    (
        "mm_stat", "io_stat", "debug_stat", "initstate", "disksize", "comp_algorithm",
        "bd_stat", "max_comp_streams", "recomp_algorithm", "mem_limit", "mem_used_max",
        "compact", "reset", "idle", "algorithm_params", "recompress", "backing_dev", "writeback",
        "writeback_limit", "writeback_limit_enable", "writeback_batch_size",
    )
)  # fmt: skip
"""Files of a device, those first that tell most; an older kernel has fewer."""


class DeviceSeat(Protocol):
    """What these operations work with: a device, and somebody who keeps its history."""

    def read_file(self, name: str) -> str:
        """Read a file of the zram; a device that is none refuses with ENOENT: it has no files."""
        ...

    def write_file(self, name: str, text: str) -> None:
        """Write a file of the zram."""
        ...

    def read_block(self, block: int) -> bytes:
        """Read a block of the device."""
        ...

    def write_block(self, block: int, data: bytes) -> None:
        """Write a block of the device."""
        ...

    def discard_blocks(self, first: int, count: int) -> None:
        """Discard blocks of the device."""
        ...

    def set_cpu(self, number: int, *, online: bool) -> None:
        """Take a CPU down, or bring it back."""
        ...


def digest(page: bytes) -> str:
    """Name the contents of a page in an answer."""
    return f"{crc32(page):08x}"


@dataclass(frozen=True, slots=True)
class Read(Operation[DeviceSeat]):
    """Read a block of the device itself, past everything that caches it."""

    word = "read"
    block: int = argument(BLOCKS)

    def run(self, seat: DeviceSeat) -> str:
        """Answer with a digest of the data."""
        return digest(seat.read_block(self.block))


@dataclass(frozen=True, slots=True)
class Write(Operation[DeviceSeat]):
    """Write a block of the device itself."""

    word = "write"
    block: int = argument(BLOCKS)
    contents: Recipe = argument(CONTENTS, key="with")  # noqa: RUF009 - a value by its domain

    def run(self, seat: DeviceSeat) -> str:
        """Write, or be refused while somebody else has the device."""
        seat.write_block(self.block, self.contents.page())
        return "ok"


@dataclass(frozen=True, slots=True)
class Discard(Operation[DeviceSeat]):
    """Discard some blocks of the device itself."""

    word = "discard"
    weight = 5
    block: int = argument(BLOCKS)
    count: int = argument(COUNTS, default=1)

    def run(self, seat: DeviceSeat) -> str:
        """Discard, or be refused while somebody else has the device."""
        seat.discard_blocks(self.block, self.count)
        return "ok"


@dataclass(frozen=True, slots=True)
class SetDisksize(Operation[DeviceSeat]):
    """Write `disksize`: set a zram up."""

    word = "disksize"
    weight = 5
    pages: int = argument(SIZES)

    def run(self, seat: DeviceSeat) -> str:
        """Set the size; EBUSY when it has one."""
        seat.write_file(self.word, str(self.pages * PAGE_SIZE))
        return "ok"


@dataclass(frozen=True, slots=True)
class Reset(Operation[DeviceSeat]):
    """Write `reset`: free everything that a zram holds."""

    word = "reset"
    weight = 5

    def run(self, seat: DeviceSeat) -> str:
        """Reset; EBUSY while the device is open."""
        seat.write_file(self.word, "1")
        return "ok"


@dataclass(frozen=True, slots=True)
class SetMemLimit(Operation[DeviceSeat]):
    """Write `mem_limit`: how many pages objects may use; 0 for no limit."""

    word = "mem_limit"
    weight = 4
    pages: int = argument(SIZES)

    def run(self, seat: DeviceSeat) -> str:
        """Set the limit; always possible."""
        seat.write_file(self.word, str(self.pages * PAGE_SIZE))
        return "ok"


@dataclass(frozen=True, slots=True)
class SetStreams(Operation[DeviceSeat]):
    """Write `max_comp_streams`."""

    word = "max_comp_streams"
    weight = 2
    count: int = argument(Number(0, 4))

    def run(self, seat: DeviceSeat) -> str:
        """Set the number of streams, where it means anything."""
        seat.write_file(self.word, str(self.count))
        return "ok"


@dataclass(frozen=True, slots=True)
class SetAlgorithm(Operation[DeviceSeat]):
    """Write `comp_algorithm`."""

    word = "comp_algorithm"
    weight = 1
    name: str = argument(Word((*ALGORITHM_NAMES, "none")))

    def run(self, seat: DeviceSeat) -> str:
        """Choose a compressor; EBUSY once the device has a size."""
        seat.write_file(self.word, self.name)
        return "ok"


@dataclass(frozen=True, slots=True)
class Compact(Operation[DeviceSeat]):
    """Write `compact`: move objects together and free the zspages that become empty."""

    word = "compact"
    weight = 4

    def run(self, seat: DeviceSeat) -> str:
        """Compact; EINVAL when the device has no size."""
        seat.write_file(self.word, "1")
        return "ok"


@dataclass(frozen=True, slots=True)
class ResetMaxUsed(Operation[DeviceSeat]):
    """Write 0 to `mem_used_max`."""

    word = "mem_used_max"
    weight = 1

    def run(self, seat: DeviceSeat) -> str:
        """Start counting the maximum again."""
        seat.write_file(self.word, "0")
        return "ok"


@dataclass(frozen=True, slots=True)
class Show(Operation[DeviceSeat]):
    """Read one of the device's files."""

    word = "show"
    weight = 2
    file: str = argument(FILES)

    def run(self, seat: DeviceSeat) -> str:
        """Answer with the file's words, joined by commas."""
        return ",".join(seat.read_file(self.file).split())


@dataclass(frozen=True, slots=True)
class Echo(Operation[DeviceSeat]):
    """Write anything to one of the device's files, as `echo -n TEXT > FILE` does."""

    word = "echo"
    weight = 4
    text: str = argument(TEXTS)
    file: str = argument(FILES, key="to")

    def run(self, seat: DeviceSeat) -> str:
        """Answer whether the file took it."""
        seat.write_file(self.file, self.text)
        return "ok"


DEVICE_OPERATIONS: Final = (
    Read,
    Write,
    Discard,
    SetDisksize,
    Reset,
    SetMemLimit,
    SetStreams,
    SetAlgorithm,
    Compact,
    ResetMaxUsed,
    Show,
    Echo,
)
