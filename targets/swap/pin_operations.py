"""Operations on pages that somebody outside holds for a process: direct reads, and pipes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.program.domain import Word
from fuzz.program.operation import Operation, argument
from targets.shared.contents import CONTENTS
from targets.shared.device import digest
from targets.swap.operations import PAGES

if TYPE_CHECKING:
    from targets.linux.content.recipe import Recipe
    from targets.swap.seat import Seat

READ: Final = "read"
WRITE: Final = "write"


@dataclass(frozen=True, slots=True)
class Pin(Operation["Seat"]):
    """Have a page of the process held: for a device that writes to it, or a pipe that reads it."""

    word = "pin"
    weight = 3
    page: int = argument(PAGES)
    access: str = argument(Word((READ, WRITE)), key="for")

    def run(self, seat: Seat) -> str:
        """Hold it, and let go of what the task had held before; EFAULT when it cannot be had."""
        seat.pin(self.page, write=self.access == WRITE)
        return "ok"


@dataclass(frozen=True, slots=True)
class Dma(Operation["Seat"]):
    """Let the device write to the page that is held for it, as a direct read does."""

    word = "dma"
    weight = 3
    contents: Recipe = argument(CONTENTS, key="with")  # noqa: RUF009 - a value by its domain

    def run(self, seat: Seat) -> str:
        """Write; EBADF without a page, or with one that the process has shared or dropped."""
        seat.dma(self.contents.page())
        return "ok"


@dataclass(frozen=True, slots=True)
class Peek(Operation["Seat"]):
    """Read the pipe into which a page was spliced."""

    word = "peek"
    weight = 3

    def run(self, seat: Seat) -> str:
        """Answer with a digest of what is there; EBADF without a page."""
        return digest(seat.peek())


@dataclass(frozen=True, slots=True)
class Unpin(Operation["Seat"]):
    """Let go of the page that is held."""

    word = "unpin"
    weight = 2

    def run(self, seat: Seat) -> str:
        """Let go; EBADF without a page."""
        seat.unpin()
        return "ok"


PIN_OPERATIONS: Final = (Pin, Dma, Peek, Unpin)
