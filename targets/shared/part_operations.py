"""Operations on parts of pages, where a page has several blocks: `page_blocks` says how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from fuzz.program.domain import Number
from fuzz.program.operation import Operation, argument
from targets.shared.contents import CONTENTS
from targets.shared.device import BLOCKS, digest

if TYPE_CHECKING:
    from targets.linux.content.recipe import Recipe

FIRST_PARTS: Final = Number(0, 7)
PARTS: Final = Number(1, 12)


class PartSeat(Protocol):
    """What these operations work with: a device whose pages have several blocks."""

    def read_part(self, page: int, part: int, parts: int) -> bytes:
        """Read blocks of the device."""
        ...

    def write_part(self, page: int, part: int, parts: int, data: bytes) -> None:
        """Write blocks of the device with what comes first in a page, again and again."""
        ...

    def discard_part(self, page: int, part: int, parts: int) -> None:
        """Discard blocks of the device."""
        ...


@dataclass(frozen=True, slots=True)
class ReadPart(Operation[PartSeat]):
    """Read some blocks, from one within a page on."""

    word = "read_part"
    weight = 2
    block: int = argument(BLOCKS)
    part: int = argument(FIRST_PARTS)
    parts: int = argument(PARTS, default=1)

    def run(self, seat: PartSeat) -> str:
        """Answer with a digest of the data; EINVAL when a page has no such block."""
        return digest(seat.read_part(self.block, self.part, self.parts))


@dataclass(frozen=True, slots=True)
class WritePart(Operation[PartSeat]):
    """Write some blocks, from one within a page on, with the beginning of a page."""

    word = "write_part"
    weight = 3
    block: int = argument(BLOCKS)
    part: int = argument(FIRST_PARTS)
    contents: Recipe = argument(CONTENTS, key="with")  # noqa: RUF009 - a value by its domain
    parts: int = argument(PARTS, default=1)

    def run(self, seat: PartSeat) -> str:
        """Write; EINVAL when a page has no such block."""
        seat.write_part(self.block, self.part, self.parts, self.contents.page())
        return "ok"


@dataclass(frozen=True, slots=True)
class DiscardPart(Operation[PartSeat]):
    """Discard some blocks, from one within a page on."""

    word = "discard_part"
    weight = 2
    block: int = argument(BLOCKS)
    part: int = argument(FIRST_PARTS)
    parts: int = argument(PARTS, default=1)

    def run(self, seat: PartSeat) -> str:
        """Discard; EINVAL when a page has no such block."""
        seat.discard_part(self.block, self.part, self.parts)
        return "ok"


PART_OPERATIONS: Final = (ReadPart, WritePart, DiscardPart)
"""Where a page has one block, its only part is that."""
