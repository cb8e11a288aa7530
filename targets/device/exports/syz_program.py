"""A case as a program of syzkaller, as far as its descriptions reach.

They have no zram: its files are opened by their names, and the device is zram0 of a machine that
is thrown away, as those of syzkaller are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.case import bare
from fuzz.program.exporter import Exporter
from fuzz.program.target import CannotRun
from fuzz.program.text import case_text
from targets.device.exports.replay import preamble, replay_of
from targets.linux.machine.page import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from targets.device.exports.actions import Action
    from targets.device.exports.replay import Replay, Step

AT_FDCWD: Final = 0xFFFFFFFFFFFFFF9C
NAME_AT: Final = 0x7F0000000000
DATA_AT: Final = 0x7F0000001000
"""Addresses in the memory that syzkaller gives to a program."""

O_RDONLY: Final = 0x0
O_WRONLY: Final = 0x1
O_RDWR: Final = 0x2
O_DIRECT: Final = 0x4000
BLKZEROOUT: Final = 0x127F
SHOWN_BYTES: Final = 0x1000

DEVICE: Final = "/dev/zram0"
FOLDER: Final = "/sys/block/zram0"


def syz_program(target: Target, case: Case) -> str:
    """Write the program; CannotRun for a case that no zram can be made for."""
    replay = replay_of(target, case)
    if replay.swaps:
        raise CannotRun("syzkaller's descriptions have no swap area that is a zram")
    how = (
        "Run:  syz-execprog -repeat=0 -procs=2 replay.syz, on a machine that is nobody's:",
        "zram0 is taken as it is, and stays open. Where no description fits, a comment says so.",
    )
    lines = [*preamble(replay, how)]
    if len(replay.tasks) > 1:
        lines.append("- Who runs at once: calls marked async may overlap with those after them.")
    lines += ["", *case_text(bare(case)).splitlines()]
    return "\n".join([*(f"# {line}".rstrip() for line in lines), *_calls(replay)]) + "\n"


def _calls(replay: Replay) -> Iterator[str]:
    program = _Program()
    yield from program.store("reset", "1")
    for action in replay.boot:
        yield from program.store(action.file, action.text)
    yield from program.opened(DEVICE, O_RDWR | O_DIRECT)
    device = program.last
    together = len(replay.tasks) > 1
    for step in _in_turn(replay):
        yield f"# {step.line}"
        mark = " (async)" if together else ""
        yield from program.step(step.action, device, mark)


def _in_turn(replay: Replay) -> list[Step]:
    """Take an operation of each task in turn: one call after the other may overlap."""
    longest = max(len(steps) for _, steps in replay.tasks)
    return [steps[n] for n in range(longest) for _, steps in replay.tasks if n < len(steps)]


class _Program:
    """Counts the variables of a program."""

    def __init__(self) -> None:
        self.last = ""
        self._count = 0

    def opened(self, path: str, flags: int) -> Iterator[str]:
        """Open a file; `last` is its variable."""
        self.last = f"r{self._count}"
        self._count += 1
        yield (
            f"{self.last} = openat({AT_FDCWD:#x}, &({NAME_AT:#x})='{path}\\x00', {flags:#x}, 0x0)"
        )

    def store(self, name: str, text: str, mark: str = "") -> Iterator[str]:
        """Write a file of the device."""
        yield from self.opened(f"{FOLDER}/{name}", O_WRONLY)
        data = text.encode("latin-1")
        yield f'write({self.last}, &({DATA_AT:#x})="{data.hex()}", {len(data):#x}){mark}'
        yield f"close({self.last})"

    def step(self, action: Action, device: str, mark: str) -> Iterator[str]:
        """Write one operation."""
        at, size = action.first * PAGE_SIZE, action.count * PAGE_SIZE
        match action.kind:
            case "show":
                yield from self.opened(f"{FOLDER}/{action.file}", O_RDONLY)
                yield (
                    f'read({self.last}, &({DATA_AT:#x})=""/{SHOWN_BYTES}, {SHOWN_BYTES:#x}){mark}'
                )
                yield f"close({self.last})"
            case "store" if not action.text.startswith("$"):
                yield from self.store(action.file, action.text, mark)
            case "read":
                yield f'pread64({device}, &({DATA_AT:#x})=""/{size}, {size:#x}, {at:#x}){mark}'
            case "write":
                data = b"".join(action.pages).hex()
                yield f'pwrite64({device}, &({DATA_AT:#x})="{data}", {size:#x}, {at:#x}){mark}'
            case "zeroes":
                yield (
                    f"ioctl$BLKZEROOUT({device}, {BLKZEROOUT:#x}, "
                    f"&({DATA_AT:#x})={{{at:#x}, {size:#x}}}){mark}"
                )
            case _:
                yield "# (no description)"


EXPORTER: Final = Exporter(
    "syz", "a program of syzkaller, with what its descriptions have", syz_program
)
