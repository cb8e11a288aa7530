"""What a task's operations come to on a real machine: system calls and writes to files.

An operation makes one call of its seat; the seat here takes down which. What a process does with
its own memory goes by the operation's word: those operations call the model itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Never, cast

if TYPE_CHECKING:
    from fuzz.program.operation import Operation

LEFT_OUT: Final = "left_out"

IN_MEMORY: Final = MappingProxyType(
    {
        "store": "poke",
        "fill": "poke",
        "load": "peek",
        "swap_out": "push_out",
        "pageout": "push_out",
        "dontneed": "forget",
    }
)
"""Operations of a process on its own pages; a `fill` drops the page before."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do on a machine."""

    kind: str
    first: int = 0
    """The first block, the page, or the number of a device."""
    count: int = 1
    offset: int = 0
    """Which buffer, where in it a block begins, or whether a page is dropped first."""
    file: str = ""
    text: str = ""
    pages: tuple[bytes, ...] = ()


class _Noted(Exception):
    """A call was made."""

    def __init__(self, action: Action) -> None:
        super().__init__(action)
        self.action = action


class NotingSeat:
    """A seat that does nothing: each call says what it would be on a machine."""

    def __getattr__(self, name: str) -> Never:
        """Leave out whatever looks for something else: it is about the model, or the machine."""
        raise _Noted(Action(LEFT_OUT))

    def read_file(self, name: str) -> Never:
        """Note a read of a file."""
        raise _Noted(Action("show", file=name))

    def write_file(self, name: str, text: str) -> Never:
        """Note a write to a file."""
        raise _Noted(Action("store", file=name, text=text))

    def read_block_state(self, count: int) -> Never:
        """Note a read of block_state, of all of it."""
        del count
        raise _Noted(Action("show", file="block_state"))

    def read_block(self, block: int) -> Never:
        """Note a read of a block."""
        raise _Noted(Action("read", block))

    def write_block(self, block: int, data: bytes) -> Never:
        """Note a write of a block."""
        raise _Noted(Action("write", block, pages=(data,)))

    def write_many(self, first: int, contents: list[bytes]) -> Never:
        """Note a write of several blocks."""
        raise _Noted(Action("write", first, len(contents), pages=tuple(contents)))

    def discard_blocks(self, first: int, count: int) -> Never:
        """Note a discard."""
        raise _Noted(Action("discard", first, count))

    def write_zeroes(self, first: int, count: int) -> Never:
        """Note that blocks become zeros."""
        raise _Noted(Action("zeroes", first, count))

    def open(self) -> Never:
        """Note that the device is held open."""
        raise _Noted(Action("open"))

    def close(self) -> Never:
        """Note that what was opened last is closed."""
        raise _Noted(Action("close"))

    def use(self, number: int) -> Never:
        """Note that another device is used."""
        raise _Noted(Action("use", number))

    def hot_add(self) -> Never:
        """Note that a device is made."""
        raise _Noted(Action("add"))

    def hot_remove(self, number: int) -> Never:
        """Note that a device is taken away."""
        raise _Noted(Action("remove", number))

    def scribble(self, number: int, data: bytes) -> Never:
        """Note a write to a buffer."""
        raise _Noted(Action("scribble", offset=number, pages=(data,)))

    def direct_write(self, block: int, number: int) -> Never:
        """Note a write of a block from a buffer."""
        raise _Noted(Action("direct", block, offset=number))

    def write_across(self, block: int, data: bytes, offset: int) -> Never:
        """Note a write from memory that begins within a page."""
        raise _Noted(Action("across", block, offset=offset, pages=(data,)))


def action_of(operation: Operation[Any]) -> Action:
    """Say what an operation comes to on a machine; `LEFT_OUT` where there is no such thing."""
    kind = IN_MEMORY.get(operation.word)
    if kind is not None:
        page = cast("int", getattr(operation, "page", 0))
        contents = getattr(operation, "contents", None)
        pages = () if contents is None else (contents.page(),)
        return Action(kind, page, offset=int(operation.word == "fill"), pages=pages)
    try:
        operation.run(NotingSeat())
    except _Noted as noted:
        return noted.action
    return Action(LEFT_OUT)
