"""What was read from a device and written to it: the ground on which it is judged."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.sanitize.registers import Call, Registers
from targets.linux.block.ram_disk import TORN
from targets.linux.machine.errno import EIO, Refusal
from targets.linux.machine.page import PAGE_SIZE
from targets.zram.promises import ZRAM_IMPOSSIBLE_READ, ZRAM_UNREADABLE_BLOCK

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from fuzz.world.world import World

EMPTY: Final = bytes(PAGE_SIZE)
TOLD_MAX: Final = 5
"""Calls that a detail tells of, the latest ones: they explain most."""


class History:
    """The blocks of one device as an array of registers, all zeros at first.

    Where a page has several blocks, each of them is a register: pages are not read and written
    in one go. Calls speak of pages, of a part of which they may be.
    """

    def __init__(self, world: World, block_size: int = PAGE_SIZE) -> None:
        """Start with no operation; a block has `block_size` bytes."""
        self._world = world
        self.block_size = block_size
        self._empty = bytes(block_size)
        self._registers = Registers(self._empty)
        self._contents: dict[int, dict[bytes, None]] = {}
        """What each register has ever been asked to hold."""
        self._raced: dict[int, None] = {}
        """Pages whose writers changed the pages that they had sent: anything may be there."""
        self._shared = False
        """Whether somebody who is not listened to writes to the device as well."""
        self._resets: list[tuple[int, int | None]] = []
        """When each reset was called, and when it returned."""

    @property
    def now(self) -> int:
        """The present step of the run."""
        return len(self._world.trace)

    @property
    def blocks(self) -> int:
        """How many blocks a page has."""
        return PAGE_SIZE // self.block_size

    def intends(self, page: int, data: bytes, part: int = 0) -> None:
        """Note that somebody is about to write; even a refused write may have been looked at."""
        for register, value in self._pieces(page, data, part):
            self._contents.setdefault(register, {self._empty: None})[value] = None

    def wrote(self, page: int, data: bytes, called: int, part: int = 0) -> None:
        """Note a write that has succeeded; one that was refused must not have changed anything."""
        self._add(page, data, called, part, is_write=True)

    def may_write(self, page: int, data: bytes, called: int, part: int = 0) -> None:
        """Note a write of which nobody knows whether it comes, or when."""
        task = self._world.running.name
        for register, value in self._pieces(page, data, part):
            call = Call(register, value, is_write=True, called=called, returned=None, task=task)
            self._registers.add(call)

    @contextmanager
    def unless_refused(self, first: int, contents: list[bytes], called: int) -> Generator[None]:
        """Note of a request for several blocks that is refused: each may be written, even later."""
        try:
            yield
        except Refusal:
            for page, data in enumerate(contents, first):
                self.may_write(page, data, called)
            raise

    def read(self, page: int, data: bytes, called: int, part: int = 0) -> None:
        """Note a read."""
        self._add(page, data, called, part, is_write=False)

    @contextmanager
    def emptying(self) -> Generator[None]:
        """Note that all blocks become zeros, unless that is refused."""
        number, called = len(self._resets), self.now
        self._resets.append((called, None))
        try:
            yield
        finally:
            self._resets[number] = called, self.now
        for register in sorted(self._contents):
            self._note(register, self._empty, called, is_write=True)

    def emptied_since(self, called: int) -> bool:
        """Whether a reset was under way since then: no request finds a device meanwhile."""
        return any(returned is None or returned >= called for _, returned in self._resets)

    def read_failed(self, block: int, error: str, *, expected: bool) -> None:
        """Judge a read that was refused: data that was accepted must be had again.

        A fault explains it: an error, or a transfer that ended halfway, which is one as well.
        """
        injected = any(fault.outcome in (error, TORN) for fault in self._world.injected)
        if error == EIO and not expected and not injected:
            self._world.report(
                ZRAM_UNREADABLE_BLOCK,
                f"Buffer I/O error on block {block}, although the device took its data",
                "no fault was injected that explains it",
                place="zram_bvec_read",
            )

    def raced(self, block: int) -> None:
        """Note that somebody changes a page while it is written: he may read back anything."""
        self._raced[block] = None

    def share(self) -> None:
        """Note that another device keeps its pages here: what it writes is nobody's call."""
        self._shared = True

    @property
    def spoilt(self) -> bool:
        """Whether any block may hold anything."""
        return self._shared or bool(self._raced)

    def excuses(self, block: int) -> bool:
        """Whether whatever a block holds is its writer's own fault, or another device's page."""
        return self._shared or block in self._raced

    def held(self, page: int, image: bytes) -> bool:
        """Whether somebody once wrote just these contents to a page, or to each of its blocks."""
        return all(
            value in self._contents.get(register, {self._empty: None})
            for register, value in self._pieces(page, image, 0)
        )

    def held_elsewhere(self, page: int, image: bytes) -> bool:
        """Whether somebody wrote these contents, not all zeros, to another page."""
        others = {register // self.blocks for register in self._contents} - {page}
        return image != EMPTY and any(self.held(other, image) for other in sorted(others))

    def judge(self) -> None:
        """Report the first read, of each block, that no linearization explains."""
        for impossible in self._registers.impossible():
            read = impossible.read
            page, part = divmod(read.register, self.blocks)
            if self.excuses(page):
                continue
            where = f"{page}, part {part}," if self.blocks > 1 else str(page)
            self._world.report(
                ZRAM_IMPOSSIBLE_READ,
                f"a read of block {where} returns what no order of the writes explains",
                "; ".join(
                    [
                        f"task {read.task} got {_name(read.value)} in steps {_steps(read)}",
                        *map(_told, impossible.because[-TOLD_MAX:]),
                    ]
                ),
                place="zram_bvec_read",
            )

    def _pieces(self, page: int, data: bytes, part: int) -> Iterator[tuple[int, bytes]]:
        """Yield the register of each block of some data, and what is of it there."""
        first, size = page * self.blocks + part, self.block_size
        for number in range(len(data) // size):
            yield first + number, data[number * size : (number + 1) * size]

    def _add(self, page: int, data: bytes, called: int, part: int, *, is_write: bool) -> None:
        for register, value in self._pieces(page, data, part):
            self._note(register, value, called, is_write=is_write)

    def _note(self, register: int, value: bytes, called: int, *, is_write: bool) -> None:
        task = self._world.running.name
        self._registers.add(Call(register, value, is_write, called, self.now, task))


def _name(data: bytes) -> str:
    return f"a page that begins {data[:8].hex()}" if any(data) else "zeros"


def _steps(call: Call[bytes]) -> str:
    return f"{call.called} to {'the end' if call.returned is None else call.returned}"


def _told(call: Call[bytes]) -> str:
    verb = "wrote" if call.is_write else "read"
    verb = "may have written" if call.returned is None else verb
    return f"{call.task} {verb} {_name(call.value)} in steps {_steps(call)}"
