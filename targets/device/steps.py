"""Operations as steps for a real kernel, and its replies as what the operations answer.

An operation is one call of its seat. A seat that is only asked tells which step that is; a seat
that has the reply lets the operation answer as it does on the model.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Never

from targets.linux.machine.errno import Refusal
from targets.linux.machine.page import PAGE_SIZE
from targets.shared.backing_disk import BACKING_PAGES, NAME, WRITTEN, has_backing
from targets.shared.boot import boot_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.operation import Operation
    from targets.device.real_kernel import Reply, Step


class Asked(Exception):
    """An operation wants this step done."""

    def __init__(self, step: Step) -> None:
        """Hand the step over."""
        super().__init__(step)
        self.step = step


class AskingSeat:
    """A seat that does nothing: each call says which step it is."""

    def read_file(self, name: str) -> Never:
        """Ask for the text of a file."""
        raise Asked({"op": "show", "file": name})

    def write_file(self, name: str, text: str) -> Never:
        """Ask for a write to a file."""
        raise Asked({"op": "store", "file": name, "text": text})

    def read_block(self, block: int) -> Never:
        """Ask for the data of a block."""
        raise Asked({"op": "read", "block": block, "bytes": True})

    def write_block(self, block: int, data: bytes) -> Never:
        """Ask for a write of a block."""
        raise Asked({"op": "write", "block": block, "data": base64.b64encode(data).decode()})

    def discard_blocks(self, first: int, count: int) -> Never:
        """Ask for a discard."""
        raise Asked({"op": "discard", "block": first, "count": count})

    def set_cpu(self, number: int, *, online: bool) -> Never:
        """Ask for a CPU to go or come."""
        raise Asked({"op": "cpu", "cpu": number, "online": online})


class RepliedSeat:
    """A seat with the reply of a real kernel to its one call."""

    def __init__(self, reply: Reply) -> None:
        """Answer with what the kernel replied."""
        self._reply = reply

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

    def discard_blocks(self, first: int, count: int) -> None:
        """Refuse as the kernel did."""
        del first, count
        self._value()

    def set_cpu(self, number: int, *, online: bool) -> None:
        """Refuse as the kernel did."""
        del number, online
        self._value()


def boot_steps(settings: Mapping[str, Any]) -> list[Step]:
    """Return the steps that set a fresh device up as a case's settings say."""
    stores: list[Step] = [
        {"op": "store", "file": name, "text": text} for name, text in boot_files(settings)
    ]
    if not has_backing(settings):
        return stores
    return [{"op": "attach", "name": NAME, "pages": settings[BACKING_PAGES.name]}, *stores]


def step_of(operation: Operation[Any]) -> Step:
    """Return the step that an operation is."""
    try:
        operation.run(AskingSeat())
    except Asked as asked:
        return asked.step
    raise AssertionError(f"{operation} does not call its seat")
