"""The agent as the first process of a guest: it sets the machine up, serves, and turns it off."""

from __future__ import annotations

import os
import sys
import traceback
import tty
from pathlib import Path
from select import select
from typing import Final

from targets.device.agent import libc
from targets.device.agent.serve import Agent, serve
from targets.device.agent.undo import Journal

MOUNTS: Final = (
    ("proc", "/proc"),
    ("sysfs", "/sys"),
    ("devtmpfs", "/dev"),
    ("tmpfs", "/tmp"),
)
MODULES: Final = Path("/modules")
PORTS: Final = Path("/sys/class/virtio-ports")

CHANNEL: Final = "swapstorm.channel"
"""On the kernel's command line: a device file, or the name of a virtio port."""

MAIL: Final = "swapstorm.mail"
"""There too: a folder of the host's, from which User-Mode Linux takes long requests."""

DEVICE_TRIES: Final = 500
DEVICE_SECONDS: Final = 0.01


def main() -> None:
    """Be init; whatever happens, the machine is off afterwards."""
    try:
        for kind, folder in MOUNTS:
            Path(folder).mkdir(exist_ok=True)
            libc.mount(kind, folder, kind)
        libc.mount_debugfs()
        for module in sorted(MODULES.glob("*")):
            libc.load_module(str(module))
        words = command_line(Path("/proc/cmdline").read_text())
        if MAIL in words:
            Path("/mail").mkdir()
            libc.mount("hostfs", "/mail", "hostfs", options=words[MAIL])
        channel = open_channel(words[CHANNEL])
        with os.fdopen(channel, "rb") as requests, os.fdopen(os.dup(channel), "wb") as answers:
            serve(Agent(Journal(), "/tmp", own_machine=True), requests, answers)
    except BaseException:  # nobody is above init to see it
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        libc.power_off()


def command_line(text: str) -> dict[str, str]:
    """Take the settings of a kernel's command line apart."""
    words = [word.partition("=") for word in text.split()]
    return {name: value for name, _, value in words}


def open_channel(name: str) -> int:
    """Open a device as soon as it is there; a terminal must hand every byte on as it is."""
    for _ in range(DEVICE_TRIES):
        path = Path(name) if name.startswith("/") else _port(name)
        if path is not None and path.exists():
            channel = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
            if os.isatty(channel):
                tty.setraw(channel)
            return channel
        select([], [], [], DEVICE_SECONDS)
    raise FileNotFoundError(f"the channel {name} does not appear")


def _port(name: str) -> Path | None:
    """The device file of a virtio port, which is known by its name."""
    for folder in PORTS.glob("*"):
        if (folder / "name").read_text().strip() == name:
            return Path("/dev") / folder.name
    return None
