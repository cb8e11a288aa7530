"""What a real kernel replied, as a seat: an operation answers from it as it does on the model."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from targets.linux.machine.errno import Refusal
from targets.linux.machine.page import PAGE_SIZE
from targets.shared.backing_disk import WRITTEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from targets.device.planning import Planned
    from targets.device.real_kernel import Reply


class RepliedSeat:
    """A seat with the reply of a real kernel to its one call."""

    def __init__(self, reply: Reply, number: int = 0) -> None:
        """Answer with what the kernel replied about the device of that number."""
        self._reply = reply
        self._number = number

    def _value(self) -> Any:
        if "errno" in self._reply:
            raise Refusal(self._reply["errno"])
        return self._reply["ok"]

    def _took(self, size: int) -> None:
        """Refuse what was taken in part, with how much it was: no kernel should do that."""
        taken = self._value()
        if taken != size:
            raise Refusal(f"took-{taken}")

    def read_file(self, name: str) -> str:
        """Return the text."""
        del name
        return self._value()

    def write_file(self, name: str, text: str) -> None:
        """Check that all of the text was taken; of a path by name, its length is not known here."""
        del name
        if text == WRITTEN:
            self._value()
        else:
            self._took(len(text))

    def read_block(self, block: int) -> bytes:
        """Return the data, less than a page at the end of the device."""
        del block
        return base64.b64decode(self._value())

    def write_block(self, block: int, data: bytes) -> None:
        """Check that the whole page was taken."""
        del block, data
        self._took(PAGE_SIZE)

    def write_many(self, first: int, contents: list[bytes]) -> None:
        """Check that something was taken: what lies beyond the end is left out."""
        del first, contents
        self._value()

    def discard_blocks(self, first: int, count: int) -> None:
        """Refuse as the kernel did."""
        del first, count
        self._value()

    def write_zeroes(self, first: int, count: int) -> None:
        """Refuse as the kernel did."""
        del first, count
        self._value()

    def set_cpu(self, number: int, *, online: bool) -> None:
        """Refuse as the kernel did."""
        del number, online
        self._value()

    def use(self, number: int) -> None:
        """Refuse a device that is not there."""
        del number
        self._value()

    def hot_add(self) -> str:
        """Return the number of the device that was made."""
        self._value()
        return str(self._number)

    def hot_remove(self, number: int) -> None:
        """Refuse as the kernel did."""
        del number
        self._value()

    def open(self) -> None:
        """Refuse as the kernel did."""
        self._value()

    def close(self) -> None:
        """Refuse as the kernel did."""
        self._value()


def replies_to(planned: Sequence[Planned], real: Sequence[Reply], before: Reply) -> list[Reply]:
    """Put the kernel's replies in the places of the steps; where is none, nothing new is seen."""
    rest = iter(real)
    replies: list[Reply] = []
    seen: object = before.get("seen")
    for each in planned:
        reply = next(rest) if each.reply is None else each.reply
        seen = reply.get("seen", seen)
        replies.append({**reply, "seen": seen})
    return replies
