"""The seat of a compared run: each call goes to the model, then both sides are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from targets.conform.observing import differing_files, values_in
from targets.conform.promises import CONFORM_DIFFERS
from targets.device.replies import RepliedSeat
from targets.linux.machine.errno import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fuzz.world.world import World
    from targets.device.planning import Planned
    from targets.device.real_kernel import Reply
    from targets.linux.zram.device import Zram

BOOT: Final = "boot"
ANSWER: Final = "answer"
GONE: Final = "no such device"


@dataclass(slots=True)
class Comparison:
    """The program on its way: what the kernel replied, and how far the model has come."""

    world: World
    devices: Mapping[int, Zram]
    """The devices of the model, by number."""
    planned: Sequence[Planned]
    replies: Sequence[Reply]
    boot: Reply
    """The last reply of the kernel while it was set up."""
    answers: int = 0
    """Answers compared so far: also the number of the operation that runs now."""
    statistics: int = 0
    """Values in files compared so far."""
    differed: bool = False

    def after_boot(self) -> None:
        """Compare the first device before the first operation."""
        self._compare_files(BOOT, BOOT, self.boot, {0: 0})

    def both(self, seat: object, call: Callable[[Any], Any]) -> Any:
        """Let an operation make its call on the model, and compare with what the kernel replied."""
        planned, reply = self.planned[self.answers], self.replies[self.answers]
        operation = planned.operation
        ours = _outcome(seat, call)
        theirs = _outcome(RepliedSeat(reply, planned.number), call)
        self.answers += 1
        if not _same(ours, theirs):
            self._report(operation.word, str(operation), ANSWER, _text(theirs), _text(ours))
        self._compare_files(operation.word, str(operation), reply, planned.devices)
        if isinstance(ours, Refusal):
            raise ours
        return ours

    def _compare_files(
        self, word: str, operation: str, reply: Reply, devices: Mapping[int, int]
    ) -> None:
        for number, index in devices.items():
            for name, theirs, ours in self._differences(number, reply["seen"][index]):
                where = f"{name} of device {number}" if number else name
                self._report(word, operation, where, theirs, ours)

    def _differences(
        self, number: int, seen: Mapping[str, str | None] | None
    ) -> Iterator[tuple[str, str | None, str | None]]:
        zram = self.devices.get(number)
        if zram is not None and seen is not None:
            self.statistics += values_in(seen)
            yield from differing_files(zram, seen)
        elif zram is not None or seen is not None:
            yield "device", GONE if seen is None else "there", GONE if zram is None else "there"

    def _report(
        self, word: str, operation: str, what: str, theirs: str | None, ours: str | None
    ) -> None:
        self.differed = True
        self.world.report(
            CONFORM_DIFFERS,
            f"{what} differs after `{operation}`",
            f"the kernel: {_shown(theirs)}; the model: {_shown(ours)}",
            place=f"{word}.{what.partition(' ')[0]}",
            fatal=True,
        )


class WatchedSeat:
    """A seat of the model whose every call is compared."""

    def __init__(self, seat: object, comparison: Comparison) -> None:
        """Sit between an operation and the model."""
        self._seat = seat
        self._comparison = comparison

    def __getattr__(self, call: str) -> Callable[..., Any]:
        """Find what makes a call on both sides: an operation makes one."""
        return lambda *arguments, **named: self._comparison.both(
            self._seat, lambda seat: getattr(seat, call)(*arguments, **named)
        )

    def set_cpu(self, number: int, *, online: bool) -> None:
        """Take a CPU down on both, or bring it back."""
        self._comparison.both(self._seat, lambda seat: seat.set_cpu(number, online=online))


def _outcome(seat: object, call: Callable[[Any], Any]) -> object:
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
