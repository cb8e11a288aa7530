"""The seat of a compared run: each call goes to the model, then both sides are compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar
from zlib import crc32

from fuzz.values.finding import Harm
from targets.conform.observing import differing_files, values_in
from targets.device.steps import RepliedSeat
from targets.linux.machine.errno import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fuzz.program.operation import Operation
    from targets.device.real_kernel import Reply
    from targets.linux.zram.device import Zram
    from targets.shared.device import DeviceSeat

T = TypeVar("T")

DIFFERS: Final = "conform-differs"
"""The kind of the finding that a difference is."""

BOOT: Final = "boot"


@dataclass(slots=True)
class Comparison:
    """The program on its way: what the kernel replied, and how far the model has come."""

    zram: Zram
    operations: Sequence[Operation[Any]]
    replies: Sequence[Reply]
    boot: Reply
    """The last reply of the kernel while it was set up."""
    answers: int = 0
    """Answers compared so far: also the number of the operation that runs now."""
    statistics: int = 0
    """Values in files compared so far."""
    differed: bool = field(default=False)

    def after_boot(self) -> None:
        """Compare the devices before the first operation."""
        self._compare_files(BOOT, BOOT, self.boot)

    def both(self, seat: DeviceSeat, call: Callable[[DeviceSeat], T]) -> T:
        """Let an operation make its call on the model, and compare with what the kernel replied."""
        operation, reply = self.operations[self.answers], self.replies[self.answers]
        ours, theirs = _outcome(seat, call), _outcome(RepliedSeat(reply), call)
        self.answers += 1
        if not _same(ours, theirs):
            self._report(operation.word, str(operation), "answer", _text(theirs), _text(ours))
        self._compare_files(operation.word, str(operation), reply)
        if isinstance(ours, Refusal):
            raise ours
        return ours

    def _compare_files(self, word: str, operation: str, reply: Reply) -> None:
        seen = reply["seen"][0]
        self.statistics += values_in(seen)
        for name, theirs, ours in differing_files(self.zram, seen):
            self._report(word, operation, name, theirs, ours)

    def _report(
        self, word: str, operation: str, what: str, theirs: str | None, ours: str | None
    ) -> None:
        self.differed = True
        self.zram.machine.world.report(
            DIFFERS,
            Harm.WRONG_REPORT,
            f"{what} differs after `{operation}`",
            f"the kernel: {_shown(theirs)}; the model: {_shown(ours)}",
            place=f"{word}.{what}",
            fatal=True,
        )


class WatchedSeat:
    """A seat of the model whose every call is compared."""

    def __init__(self, seat: DeviceSeat, comparison: Comparison) -> None:
        """Sit between an operation and the model."""
        self._seat = seat
        self._comparison = comparison

    def read_file(self, name: str) -> str:
        """Read a file on both."""
        return self._comparison.both(self._seat, lambda seat: seat.read_file(name))

    def write_file(self, name: str, text: str) -> None:
        """Write a file on both."""
        self._comparison.both(self._seat, lambda seat: seat.write_file(name, text))

    def read_block(self, block: int) -> bytes:
        """Read a block on both."""
        return self._comparison.both(self._seat, lambda seat: seat.read_block(block))

    def write_block(self, block: int, data: bytes) -> None:
        """Write a block on both."""
        self._comparison.both(self._seat, lambda seat: seat.write_block(block, data))

    def discard_blocks(self, first: int, count: int) -> None:
        """Discard blocks on both."""
        self._comparison.both(self._seat, lambda seat: seat.discard_blocks(first, count))

    def set_cpu(self, number: int, *, online: bool) -> None:
        """Take a CPU down on both, or bring it back."""
        self._comparison.both(self._seat, lambda seat: seat.set_cpu(number, online=online))


def _outcome(seat: DeviceSeat, call: Callable[[DeviceSeat], T]) -> T | Refusal:
    try:
        return call(seat)
    except Refusal as refusal:
        return refusal


def _same(one: object, other: object) -> bool:
    if isinstance(one, Refusal) and isinstance(other, Refusal):
        return one.name == other.name
    if isinstance(one, str) and isinstance(other, str):
        return one.split() == other.split()
    return one == other


def _text(outcome: object) -> str:
    """Write an answer in a few words."""
    match outcome:
        case Refusal(name=name):
            return name
        case bytes():
            return f"{len(outcome)} bytes, crc32 {crc32(outcome):08x}"
        case str():
            return " ".join(outcome.split())
        case _:
            return "ok"


def _shown(text: str | None) -> str:
    return "no such file" if text is None else text
