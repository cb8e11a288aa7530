"""Operations on the files of a zram that are about its backing device.

Each is one call of its seat. What a kernel does not know is for the kernel to say: ENOENT for a
file that it has not, EINVAL for a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from fuzz.program.domain import Number, Word
from fuzz.program.operation import Operation, argument
from targets.shared.backing_disk import WRITTEN
from targets.shared.device import BLOCKS, COUNTS, DeviceSeat

PATHS: Final = MappingProxyType({"disk": WRITTEN, "null": "/dev/null", "missing": "/dev/missing"})
"""What `backing_dev` writes: the disk that is there for this, and two files that are none."""

MODES: Final = ("idle", "huge", "huge_idle", "incompressible")
NAMED: Final = "named"


@dataclass(frozen=True, slots=True)
class SetBackingDev(Operation[DeviceSeat]):
    """Write `backing_dev`: attach a backing device to a zram without a size."""

    word = "backing_dev"
    weight = 3
    file: str = argument(Word(tuple(PATHS)), default="disk")

    def run(self, seat: DeviceSeat) -> str:
        """Attach it; EBUSY once the zram has a size."""
        seat.write_file(self.word, PATHS[self.file])
        return "ok"


@dataclass(frozen=True, slots=True)
class MarkIdle(Operation[DeviceSeat]):
    """Write `idle`: mark all slots, or those that nobody has used for so many seconds."""

    word = "idle"
    weight = 6
    age: str = argument(Word(("all", "0", "1", "60")), default="all")

    def run(self, seat: DeviceSeat) -> str:
        """Mark them; EINVAL for seconds where nobody counts them."""
        seat.write_file(self.word, self.age)
        return "ok"


@dataclass(frozen=True, slots=True)
class WriteBack(Operation[DeviceSeat]):
    """Write `writeback`: have pages written to the backing device.

    `mode` is what they must be, or `named` for those from `page` on, `count` of them.
    `form` is how that is said: `plain` as it was from the beginning, `pairs` as keys and values,
    `twice` the same two times over, `among` a mode of the named pages only.
    """

    word = "writeback"
    weight = 8
    mode: str = argument(Word((*MODES, NAMED)))
    page: int = argument(BLOCKS, default=0)
    count: int = argument(COUNTS, default=1)
    form: str = argument(Word(("plain", "pairs", "twice", "among")), default="plain")

    def run(self, seat: DeviceSeat) -> str:
        """Write them back, or be told the last error."""
        seat.write_file(self.word, self.words())
        return "ok"

    def words(self) -> str:
        """Return what is written to the file."""
        last = self.page + self.count - 1
        pages = f"page_indexes={self.page}-{last}" if last > self.page else f"page_index={last}"
        mode = "" if self.mode == NAMED else f"type={self.mode}"
        match self.form:
            case "plain":
                return f"page_index={self.page}" if self.mode == NAMED else self.mode
            case "pairs":
                return mode or pages
            case "twice":
                return f"{mode or pages} {mode or pages}"
            case _:
                return f"{pages} {mode}".rstrip()


@dataclass(frozen=True, slots=True)
class SetWritebackLimit(Operation[DeviceSeat]):
    """Write `writeback_limit`: how many pages may be written back, if that is limited."""

    word = "writeback_limit"
    weight = 3
    pages: int = argument(Number(0, 16))

    def run(self, seat: DeviceSeat) -> str:
        """Set the budget; always possible."""
        seat.write_file(self.word, str(self.pages))
        return "ok"


@dataclass(frozen=True, slots=True)
class EnableWritebackLimit(Operation[DeviceSeat]):
    """Write `writeback_limit_enable`: 1 to limit what is written back, else 0."""

    word = "writeback_limit_enable"
    weight = 3
    on: int = argument(Number(0, 1))

    def run(self, seat: DeviceSeat) -> str:
        """Say whether the budget counts; always possible."""
        seat.write_file(self.word, str(self.on))
        return "ok"


@dataclass(frozen=True, slots=True)
class SetWritebackBatchSize(Operation[DeviceSeat]):
    """Write `writeback_batch_size`: how many pages may be on their way at a time."""

    word = "writeback_batch_size"
    weight = 2
    requests: int = argument(Number(0, 8))

    def run(self, seat: DeviceSeat) -> str:
        """Set it; EINVAL for 0."""
        seat.write_file(self.word, str(self.requests))
        return "ok"


WRITEBACK_OPERATIONS: Final = (
    SetBackingDev,
    MarkIdle,
    WriteBack,
    SetWritebackLimit,
    EnableWritebackLimit,
    SetWritebackBatchSize,
)
