"""A program of operations as steps for a real kernel: which device each is about, which are open.

A case numbers devices as the kernel does, by the smallest number that is free; the agent counts
those that it makes. What a kernel will answer is not known yet, so a removal is taken to succeed
unless the program itself has the device open.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Never

from targets.linux.machine.errno import EBADF, ENODEV, ENOENT
from targets.shared.backing_disk import BACKING_PAGES, NAME, has_backing
from targets.shared.boot import boot_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fuzz.program.operation import Operation
    from targets.device.real_kernel import Reply, Step

FIRST: Final = 0
"""The number of the device that is there from the start."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one operation: a step for the kernel, or a reply that needs no kernel."""

    operation: Operation[Any]
    step: Step | None
    reply: Reply | None
    number: int
    """The device that the operation is about, or makes."""
    devices: Mapping[int, int]
    """The devices that there are afterwards, by number: which the agent counts as what."""


class _Asked(Exception):
    """An operation wants a step done, or has its reply already."""

    def __init__(self, step: Step | None, reply: Reply | None = None, number: int = FIRST) -> None:
        super().__init__(step, reply)
        self.step = step
        self.reply = reply
        self.number = number


@dataclass(slots=True)
class AskingSeat:
    """A seat that does nothing: each call says which step it is."""

    devices: dict[int, int] = field(default_factory=lambda: {FIRST: 0})
    """What the agent calls each device, by its number."""
    made: int = 1
    """Devices that the agent has made."""
    used: int = FIRST
    """The number of the device that calls are about."""
    opened: list[int] = field(default_factory=list[int])
    """The numbers of the devices that are held open, the last one last."""

    def plan(self, operation: Operation[Any]) -> Planned:
        """Find out what an operation asks for; each makes exactly one call."""
        try:
            operation.run(self)
        except _Asked as asked:
            devices = MappingProxyType(dict(self.devices))
            return Planned(operation, asked.step, asked.reply, asked.number, devices)
        raise AssertionError(f"{operation} does not call its seat")

    def _ask(self, op: str, **fields: object) -> Never:
        """Ask for a step on the device in use."""
        if self.used not in self.devices:
            self._answer(errno=ENOENT)
        raise _Asked({"op": op, "device": self.devices[self.used], **fields}, number=self.used)

    def _answer(self, **reply: object) -> Never:
        raise _Asked(None, reply, self.used)

    def read_file(self, name: str) -> Never:
        """Ask for the text of a file."""
        self._ask("show", file=name)

    def write_file(self, name: str, text: str) -> Never:
        """Ask for a write to a file."""
        self._ask("store", file=name, text=text)

    def read_block(self, block: int) -> Never:
        """Ask for the data of a block."""
        self._ask("read", block=block, bytes=True)

    def write_block(self, block: int, data: bytes) -> Never:
        """Ask for a write of a block."""
        self._ask("write", block=block, data=base64.b64encode(data).decode())

    def write_many(self, first: int, contents: list[bytes]) -> Never:
        """Ask for a write of several blocks."""
        data = base64.b64encode(b"".join(contents)).decode()
        self._ask("write", block=first, count=len(contents), data=data)

    def discard_blocks(self, first: int, count: int) -> Never:
        """Ask for a discard."""
        self._ask("discard", block=first, count=count)

    def write_zeroes(self, first: int, count: int) -> Never:
        """Ask for zeros."""
        self._ask("write_zeroes", block=first, count=count)

    def set_cpu(self, number: int, *, online: bool) -> Never:
        """Ask for a CPU to go or come."""
        raise _Asked({"op": "cpu", "cpu": number, "online": online})

    def use(self, number: int) -> Never:
        """Use another device from now on: nothing that a kernel has to know."""
        if number not in self.devices:
            self._answer(errno=ENOENT)
        self.used = number
        self._answer(ok=None)

    def hot_add(self) -> Never:
        """Ask for another device, which gets the smallest number that is free."""
        number = next(each for each in range(self.made + 1) if each not in self.devices)
        self.devices[number] = self.made
        self.made += 1
        raise _Asked({"op": "hot_add"}, number=number)

    def hot_remove(self, number: int) -> Never:
        """Ask for a device to be removed."""
        if number not in self.devices:
            self._answer(errno=ENODEV)
        step = {"op": "hot_remove", "device": self.devices[number]}
        if number not in self.opened:
            del self.devices[number]
        raise _Asked(step, number=number)

    def open(self) -> Never:
        """Ask for the device to be held open."""
        if self.used in self.devices:
            self.opened.append(self.used)
        self._ask("open", name=f"{len(self.opened)}")

    def close(self) -> Never:
        """Ask for what was opened last to be closed."""
        if not self.opened:
            self._answer(errno=EBADF)
        name = f"{len(self.opened)}"
        self.opened.pop()
        raise _Asked({"op": "close", "name": name}, number=self.used)


def plan_of(operations: Iterable[Operation[Any]]) -> list[Planned]:
    """Plan a program, from its first operation on."""
    seat = AskingSeat()
    return [seat.plan(operation) for operation in operations]


def step_of(operation: Operation[Any]) -> Step:
    """Return the step that an operation is, as the first one of a program."""
    return AskingSeat().plan(operation).step or {"op": "none"}


def boot_steps(settings: Mapping[str, Any]) -> list[Step]:
    """Return the steps that set a fresh device up as a case's settings say."""
    stores: list[Step] = [
        {"op": "store", "file": name, "text": text} for name, text in boot_files(settings)
    ]
    if not has_backing(settings):
        return stores
    return [{"op": "attach", "name": NAME, "pages": settings[BACKING_PAGES.name]}, *stores]
