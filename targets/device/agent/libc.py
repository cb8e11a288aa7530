"""System calls that Python does not offer, as functions that raise `OSError`."""

from __future__ import annotations

import ctypes
import os
from typing import Final

CLONE_NEWNS: Final = 0x20000
MS_NOSUID_NODEV: Final = 2 | 4
MS_REC_PRIVATE: Final = 0x4000 | 0x40000
PR_SET_PDEATHSIG: Final = 1
RB_POWER_OFF: Final = 0x4321FEDC
DEBUGFS: Final = "/sys/kernel/debug"
SYS_FINIT_MODULE: Final = 313
"""On x86-64, as are all kernels that the guests run."""


def call(name: str, *arguments: bytes | int | None) -> int:
    """Call a function of the C library; its errno becomes an `OSError`."""
    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    converted = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    answer = int(function(*converted))
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return answer


def mount(source: str, target: str, kind: str, flags: int = 0, options: str = "") -> None:
    """Mount a file system of a kind."""
    data = options.encode() or None
    call("mount", source.encode(), target.encode(), kind.encode(), flags, data)


def mount_debugfs() -> None:
    """Mount debugfs where it belongs, if the kernel has it and nobody has mounted it yet."""
    if os.path.isdir(DEBUGFS) and not os.path.ismount(DEBUGFS):
        mount("debugfs", DEBUGFS, "debugfs")


def leave_the_mounts_of_others() -> None:
    """Get a mount namespace of one's own: what is mounted from now on dies with the process."""
    call("unshare", CLONE_NEWNS)
    mount("none", "/", "none", MS_REC_PRIVATE)


def end_with_parent(signal: int, parent: int) -> None:
    """Ask for a signal when the parent ends, however it does; it may have ended already."""
    call("prctl", PR_SET_PDEATHSIG, signal)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal)


def swapon(path: str, flags: int) -> None:
    """Start to swap on a device."""
    call("swapon", path.encode(), flags)


def swapoff(path: str) -> None:
    """Stop swapping on a device: all that is there comes back first."""
    call("swapoff", path.encode())


def load_module(path: str) -> None:
    """Load a module file after those that it needs; one that is there already is fine."""
    module = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        call("syscall", SYS_FINIT_MODULE, module, b"", 0)
    except FileExistsError:
        pass
    finally:
        os.close(module)


def power_off() -> None:
    """End the machine; only its first process does that."""
    os.sync()
    call("reboot", RB_POWER_OFF)
