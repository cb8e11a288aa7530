"""The operations of a program, each a function; the kernel's refusal is an `OSError`."""

from __future__ import annotations

import base64
import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from zlib import crc32

from targets.device.agent import block_io, devices, loop
from targets.device.agent.arguments import PAGE_SIZE, Arguments, Json, Misuse
from targets.device.agent.undo import unbroken

if TYPE_CHECKING:
    from targets.device.agent.program import Program

OPEN_FLAGS: Final = MappingProxyType({"r": os.O_RDONLY, "w": os.O_RDWR, "x": os.O_RDWR | os.O_EXCL})


def hot_add(program: Program, step: Arguments) -> Json:
    """Make a device and answer with its index in the program."""
    del step
    return program.add()


def hot_remove(program: Program, step: Arguments) -> Json:
    """Remove a device."""
    devices.hot_remove(program.journal, program.zram(step))
    return None


def show(program: Program, step: Arguments) -> Json:
    """Read a file; the path of a loop device of ours is written as `$` and its name."""
    text = program.zram(step).show(step.text("file"))
    for name, each in program.loops.items():
        text = text.replace(each.path, f"${name}")
    return text


def store(program: Program, step: Arguments) -> Json:
    """Write a file, `$` and a name for the path of a loop device; answer what write() returned.

    A name that no loop device has is written as it is: that is no path either.
    """
    text = step.text("text")
    if text.startswith("$") and text[1:] in program.loops:
        text = program.loops[text[1:]].path
    return program.zram(step).store(step.text("file"), text)


def read(program: Program, step: Arguments) -> Json:
    """Read blocks: the CRC of each whole one, or with `bytes` the data."""
    data = block_io.read_blocks(
        program.zram(step).node, step.number("block"), step.number("count", 1)
    )
    if step.flag("bytes"):
        return base64.b64encode(data).decode()
    return [
        f"{crc32(data[start : start + PAGE_SIZE]):08x}" for start in range(0, len(data), PAGE_SIZE)
    ]


def write(program: Program, step: Arguments) -> Json:
    """Write blocks, and answer how many bytes were taken."""
    data = step.contents("data", step.number("count", 1) * PAGE_SIZE)
    return block_io.write_blocks(program.zram(step).node, step.number("block"), data)


def discard(program: Program, step: Arguments) -> Json:
    """Discard blocks."""
    _clear(program, step, block_io.BLKDISCARD)
    return None


def write_zeroes(program: Program, step: Arguments) -> Json:
    """Write zeroes to blocks, as the device does that best."""
    _clear(program, step, block_io.BLKZEROOUT)
    return None


def _clear(program: Program, step: Arguments, request: int) -> None:
    node = program.zram(step).node
    block_io.clear_blocks(node, request, step.number("block"), step.number("count", 1))


def open_device(program: Program, step: Arguments) -> Json:
    """Open a device under a name and keep it open."""
    name, mode = step.text("name"), step.text("mode", "r")
    if name in program.opened or mode not in OPEN_FLAGS:
        raise Misuse(f"{name!r} is open already, or {mode!r} is none of {' '.join(OPEN_FLAGS)}")
    flags = OPEN_FLAGS[mode] | os.O_CLOEXEC
    program.opened[name] = os.open(program.zram(step).node, flags)
    return None


def close_device(program: Program, step: Arguments) -> Json:
    """Close what was opened under a name."""
    name = step.text("name")
    if name not in program.opened:
        raise Misuse(f"nothing is open as {name!r}")
    os.close(program.opened.pop(name))
    return None


def attach(program: Program, step: Arguments) -> Json:
    """Make a loop device of so many pages over a file of its own."""
    name = step.text("name")
    if name in program.loops and program.loops[name].descriptor is not None:
        raise Misuse(f"there is a loop device {name!r} already")
    with unbroken():
        file = os.path.join(program.folder, f"backing-{name}")
        program.loops[name] = loop.attach(file, step.number("pages"))
    return None


def detach(program: Program, step: Arguments) -> Json:
    """Let a loop device go; it is there until zram lets go of it as well."""
    name = step.text("name")
    if name not in program.loops:
        raise Misuse(f"there is no loop device {name!r}")
    program.loops[name].close()
    return None


def cpu(program: Program, step: Arguments) -> Json:
    """Take a CPU away or bring it back."""
    program.set_cpu(step.number("cpu"), online=step.flag("online"))
    return None


OPERATIONS: Final = MappingProxyType(
    {
        "hot_add": hot_add,
        "hot_remove": hot_remove,
        "show": show,
        "store": store,
        "read": read,
        "write": write,
        "discard": discard,
        "write_zeroes": write_zeroes,
        "open": open_device,
        "close": close_device,
        "attach": attach,
        "detach": detach,
        "cpu": cpu,
    }
)
