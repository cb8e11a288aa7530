"""A program: steps on fresh zrams, each answered; all that it made is gone when it ends."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from targets.device.agent.arguments import Arguments, Json, Misuse
from targets.device.agent.devices import Zram, hot_add, remove_at_last
from targets.device.agent.loop import Loop
from targets.device.agent.undo import CPUS, Journal, take_away

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEVICES_MAX: Final = 16


@dataclass(slots=True)
class Program:
    """What the steps of one request share."""

    journal: Journal
    folder: str
    own_machine: bool
    watched: list[str]
    zrams: list[Zram] = field(default_factory=list[Zram])
    opened: dict[str, int] = field(default_factory=dict[str, int])
    loops: dict[str, Loop] = field(default_factory=dict[str, Loop])

    def add(self) -> int:
        """Make one more zram, and return its index in this program."""
        if len(self.zrams) == DEVICES_MAX:
            raise Misuse(f"a program has at most {DEVICES_MAX} devices")
        zram = hot_add(self.journal)
        zram.watch(self.watched)
        self.zrams.append(zram)
        return len(self.zrams) - 1

    def zram(self, step: Arguments) -> Zram:
        """The device that a step is about; without a word, the first."""
        index = step.number("device", 0)
        if not 0 <= index < len(self.zrams):
            raise Misuse(f"there is no device {index}")
        zram = self.zrams[index]
        if f"zram {zram.number}" not in self.journal.things:
            raise OSError(errno.ENODEV, "it is removed")
        return zram

    def look(self) -> list[Json]:
        """The watched files of each device; a device that is removed is none."""
        return [
            dict(zram.look()) if f"zram {zram.number}" in self.journal.things else None
            for zram in self.zrams
        ]

    def close(self) -> None:
        """Take everything away that the steps have left."""
        for descriptor in self.opened.values():
            os.close(descriptor)
        for zram in self.zrams:
            remove_at_last(self.journal, zram)
        for loop in self.loops.values():
            loop.close()
        for thing in [each for each in self.journal.things if each.startswith("cpu ")]:
            take_away(thing)
            self.journal.gone(thing)

    def set_cpu(self, number: int, *, online: bool) -> None:
        """Move a CPU in or out; EPERM on a machine that is not the agent's own."""
        if not self.own_machine:
            raise OSError(errno.EPERM, "the machine has other users")
        thing = f"cpu {number}"
        file = os.open(CPUS / f"cpu{number}" / "online", os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(file, str(int(online)).encode())
        finally:
            os.close(file)
        if online:
            self.journal.gone(thing)
        elif thing not in self.journal.things:
            self.journal.made(thing)


def run_program(
    program: Program,
    request: Arguments,
    operations: Mapping[str, Callable[[Program, Arguments], Json]],
) -> Json:
    """Run the steps of a request in turn, and answer each."""
    answers: list[Json] = []
    try:
        for _ in range(request.number("devices", 1)):
            program.add()
        for index, step in enumerate(request.objects("steps")):
            try:
                answers.append(_answer(program, step, operations))
            except Misuse as error:
                raise Misuse(f"step {index}: {error}") from None
    finally:
        program.close()
    return answers


def _answer(
    program: Program,
    step: Arguments,
    operations: Mapping[str, Callable[[Program, Arguments], Json]],
) -> Json:
    """Run one step: what it returned or why the kernel refused, and what is seen afterwards."""
    word = step.text("op")
    if word not in operations:
        raise Misuse(f"no such operation: {word!r}; there are {' '.join(operations)}")
    answer: dict[str, Json] = {}
    try:
        answer["ok"] = operations[word](program, step)
    except OSError as error:
        answer["errno"] = errno.errorcode.get(error.errno or 0, str(error.errno))
    if program.watched:
        answer["seen"] = program.look()
    return answer
