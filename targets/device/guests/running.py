"""The running kernel: the agent as a process beside us, on zrams of its own."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from targets.device.guests.bundle import write_bundle
from targets.device.guests.errors import CannotStart

CONTROL: Final = Path("/sys/class/zram-control")


@dataclass(frozen=True, slots=True)
class Running:
    """The kernel that this process runs on."""

    control: Path = CONTROL
    name: str = "running"
    boot_seconds_max: float = 15.0
    takes_files: bool = False
    tidy_seconds: float = 30.0

    def command(self, folder: Path, channel: int) -> list[str]:
        """Check that zrams can be made here, and start the agent with our own Python."""
        if os.geteuid() != 0:
            raise CannotStart("running: making zram devices takes root; run this as root")
        if not (self.control / "hot_add").exists():
            raise CannotStart(
                "running: this kernel has no zram, or its module is not loaded; try `modprobe zram`"
            )
        bundle, own = folder / "agent.pyz", folder / "own"
        write_bundle(bundle, "main")
        own.mkdir()
        return [sys.executable, "-IS", str(bundle), str(own), str(channel)]
