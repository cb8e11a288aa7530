"""A whole machine with two CPUs, virtualised or emulated by QEMU, for any bzImage."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from targets.device.guests.errors import CannotStart
from targets.device.guests.image import Image
from targets.device.guests.initramfs import write_initramfs
from targets.device.guests.kernels import kernel_image

PROGRAM: Final = "qemu-system-x86_64"
MEMORY: Final = "512M"
CPUS: Final = 2

COMMAND_LINE: Final = (
    "console=ttyS0 loglevel=4 panic=-1 oops=panic swapstorm.channel=agent "
    "nokaslr mitigations=off cryptomgr.notests"
)
"""An oops ends the guest, so that it is seen; the second half saves an emulated boot a second."""


def accelerator(kvm: Path = Path("/dev/kvm"), processor: Path = Path("/proc/cpuinfo")) -> str:
    """KVM if this user may use it and the processor is made for it; otherwise emulation.

    Some virtual machines offer a KVM that no processor stands behind, and that boots nothing.
    """
    words = processor.read_text(encoding="utf-8").split()
    made_for_it = "svm" in words or "vmx" in words
    return "kvm" if made_for_it and os.access(kvm, os.R_OK | os.W_OK) else "tcg"


@dataclass(frozen=True, slots=True)
class Qemu:
    """A kernel that is named by its version, or by the path of its image."""

    where: str
    boot_seconds_max: float = 120.0
    takes_files: bool = False
    tidy_seconds: float = 0.0

    @property
    def name(self) -> str:
        """How a person names it."""
        return f"qemu:{self.where}"

    def command(self, folder: Path, channel: int) -> list[str]:
        """Write its file system, and start it with the channel as a virtio port."""
        program = shutil.which(PROGRAM)
        if program is None:
            raise CannotStart(f"{self.name}: QEMU is not installed; run scripts/setup-kernels")
        image = Image.read(kernel_image(self.where, self.name), self.name)
        initramfs = write_initramfs(folder, image.modules().needed(), image.config())
        return [
            program, "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
            "-machine", f"q35,accel={accelerator()}", "-cpu", "max",
            "-smp", str(CPUS), "-m", MEMORY,
            "-kernel", str(image.path), "-initrd", str(initramfs), "-append", COMMAND_LINE,
            "-serial", "stdio",
            "-chardev", f"socket,id=agent,fd={channel}",
            "-device", "virtio-serial-pci", "-device", "virtserialport,chardev=agent,name=agent",
        ]  # fmt: skip
