"""User-Mode Linux: a kernel that runs as an ordinary process, with one CPU.

Its serial lines lose what comes in faster than it is read, and then stay deaf.
So only short lines go in there; long requests are files, which it reads through hostfs.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from targets.device.guests.errors import CannotStart
from targets.device.guests.initramfs import write_initramfs
from targets.device.guests.modules import ModuleFolder

PROGRAM: Final = "linux.uml"
MODULES: Final = Path("/usr/lib/uml/modules")
MEMORY: Final = "256M"


@dataclass(frozen=True, slots=True)
class Uml:
    """The kernel of Debian's package `user-mode-linux`."""

    name: str = "uml"
    boot_seconds_max: float = 60.0
    takes_files: bool = True
    tidy_seconds: float = 0.0

    def command(self, folder: Path, channel: int) -> list[str]:
        """Write its file system, and start it with the channel as its first serial line."""
        program = shutil.which(PROGRAM)
        if program is None:
            raise CannotStart("uml: User-Mode Linux is not installed; run scripts/setup-kernels")
        release = subprocess.run(
            [program, "--version"], check=True, capture_output=True, text=True
        ).stdout.strip()
        modules = ModuleFolder(MODULES / release).needed()
        initramfs = write_initramfs(folder, modules, None)
        return [
            program, f"mem={MEMORY}", f"initrd={initramfs}", f"uml_dir={folder}/", "umid=guest",
            "con=null", "con0=null,fd:1", "ssl=null", f"ssl0=fd:{channel}",
            "panic=-1", "oops=panic",
            "swapstorm.channel=/dev/ttyS0", f"swapstorm.mail={folder}/mail",
        ]  # fmt: skip
