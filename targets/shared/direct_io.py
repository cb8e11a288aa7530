"""O_DIRECT: a user's own pages go to a device, while another task may write to them.

Nobody keeps such a page stable: what a device makes of one that changes is its writer's own fault.
What is not his fault is damage to anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from fuzz.program.domain import Number, Word
from fuzz.program.operation import Operation, argument
from targets.linux.block.bio import Op
from targets.linux.block.capabilities import queue_stable_writes_store
from targets.linux.machine.errno import ENOMEM, ENOSPC, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.page import PAGE_BYTES_WRITE, PAGE_SIZE, fill_page
from targets.shared.contents import CONTENTS
from targets.shared.device import BLOCKS
from targets.shared.raw_io import BUFFER, Opened, blocks_left, transfer

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.block.disk import Disk
    from targets.linux.content.recipe import Recipe
    from targets.linux.machine.memory import Memory
    from targets.linux.machine.page import Page

BUFFERS: Final = Number(0, 3)
"""A few buffers, so that tasks meet in them."""


class Buffers:
    """Pages that all tasks of a run share; each is zeros at first."""

    def __init__(self, memory: Memory) -> None:
        """Have none yet."""
        self._memory = memory
        self.pages: dict[int, Page] = {}
        self._in_flight: dict[int, list[Callable[[], None]]] = {}
        """For each buffer, who is to be told when it changes while it is written."""

    def page(self, number: int) -> Page:
        """Return a buffer, which is allocated when it is first used; ENOMEM."""
        if number not in self.pages:
            page = self._memory.alloc_page(GFP_KERNEL, BUFFER)
            if page is None:
                raise Refusal(ENOMEM)
            page.direct = True
            fill_page(page, bytes(PAGE_SIZE))
            if number in self.pages:
                self._memory.free_page(page)
            else:
                self.pages[number] = page
        return self.pages[number]

    def scribble(self, number: int, data: bytes) -> None:
        """Write to a buffer, whoever is looking at it."""
        page = self.page(number)
        page.world.reach(PAGE_BYTES_WRITE, page.pfn)
        fill_page(page, data)
        for raced in self._in_flight.get(number, ()):
            raced()

    def write(self, disk: Disk, block: int, number: int, raced: Callable[[], None]) -> None:
        """Write a block from a buffer as it is when the device looks at it; ENOSPC past the end.

        `raced` is called each time the buffer changes meanwhile.
        """
        page = self.page(number)
        told = self._in_flight.setdefault(number, [])
        told.append(raced)
        try:
            with Opened(disk):
                if not blocks_left(disk, block):
                    raise Refusal(ENOSPC)
                transfer(disk, Op.WRITE, block, page)
        finally:
            told.remove(raced)


class DirectSeat(Protocol):
    """What these operations work with."""

    @property
    def disk(self) -> Disk:
        """The device."""
        ...

    def scribble(self, number: int, data: bytes) -> None:
        """Write to a buffer."""
        ...

    def direct_write(self, block: int, number: int) -> None:
        """Write a block of the device from a buffer."""
        ...


@dataclass(frozen=True, slots=True)
class Scribble(Operation[DirectSeat]):
    """Write to a buffer that a direct write may be sending."""

    word = "scribble"
    weight = 4
    buffer: int = argument(BUFFERS)
    contents: Recipe = argument(CONTENTS, key="with")  # noqa: RUF009 - a value by its domain

    def run(self, seat: DirectSeat) -> str:
        """Write."""
        seat.scribble(self.buffer, self.contents.page())
        return "ok"


@dataclass(frozen=True, slots=True)
class DirectWrite(Operation[DirectSeat]):
    """Write a block of the device from a buffer with O_DIRECT: no copy is made of it."""

    word = "direct_write"
    weight = 4
    block: int = argument(BLOCKS)
    buffer: int = argument(BUFFERS)

    def run(self, seat: DirectSeat) -> str:
        """Write, or be refused while somebody else has the device."""
        seat.direct_write(self.block, self.buffer)
        return "ok"


@dataclass(frozen=True, slots=True)
class QueueStableWrites(Operation[DirectSeat]):
    """Write `queue/stable_writes`: root knows better than the driver.

    It is never drawn: what a device does with pages that its driver wanted stable is root's fault.
    """

    word = "stable_writes"
    weight = 0
    value: str = argument(Word(("1", "0")))

    def run(self, seat: DirectSeat) -> str:
        """Overrule the driver; ENOENT before 5.10, which has no such file."""
        queue_stable_writes_store(seat.disk, self.value)
        return "ok"


class AcrossSeat(Protocol):
    """What `write_across` works with."""

    def write_across(self, block: int, data: bytes, offset: int) -> None:
        """Write a block of the device from a buffer that begins at an offset in a page."""
        ...


@dataclass(frozen=True, slots=True)
class WriteAcross(Operation[AcrossSeat]):
    """Write a block with O_DIRECT from a buffer that begins within a page and ends in the next."""

    word = "write_across"
    weight = 1
    block: int = argument(BLOCKS)
    at: str = argument(Word(("512", "2048", "3584")))
    contents: Recipe = argument(CONTENTS, key="with")  # noqa: RUF009 - a value by its domain

    def run(self, seat: AcrossSeat) -> str:
        """Write; EINVAL where buffers have to be aligned as blocks are."""
        seat.write_across(self.block, self.contents.page(), int(self.at))
        return "ok"


DIRECT_OPERATIONS: Final = (Scribble, DirectWrite, QueueStableWrites)
ZRAM_DIRECT_OPERATIONS: Final = (*DIRECT_OPERATIONS, WriteAcross)
"""Those of a user of the device itself: to swap it makes no difference where a buffer begins."""
