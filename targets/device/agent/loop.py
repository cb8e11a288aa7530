"""A block device over a file of one's own, for zram to write pages back to."""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from dataclasses import dataclass
from typing import Final

from targets.device.agent.arguments import PAGE_SIZE

LOOP_CTL_GET_FREE: Final = 0x4C82
LOOP_SET_FD: Final = 0x4C00
LOOP_SET_STATUS64: Final = 0x4C04
LO_FLAGS_AUTOCLEAR: Final = 4
STATUS_BYTES: Final = 232
FLAGS_AT: Final = 52

TRIES: Final = 20
"""Another user may take the free device first."""


@dataclass(slots=True)
class Loop:
    """A loop device that is detached when its last opener has gone, our descriptor among them."""

    path: str
    descriptor: int | None

    def close(self) -> None:
        """Let the device go: it is detached as soon as zram lets go as well."""
        if self.descriptor is not None:
            os.close(self.descriptor)
        self.descriptor = None


def attach(file: str, pages: int) -> Loop:
    """Make a file of so many pages and put a free loop device over it; the file may go at once."""
    backing = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.ftruncate(backing, pages * PAGE_SIZE)
        return _attach_to_free(backing)
    finally:
        os.close(backing)
        os.unlink(file)


def _attach_to_free(backing: int) -> Loop:
    control = os.open("/dev/loop-control", os.O_RDWR | os.O_CLOEXEC)
    try:
        for _ in range(TRIES):
            path = f"/dev/loop{fcntl.ioctl(control, LOOP_CTL_GET_FREE)}"
            device = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.ioctl(device, LOOP_SET_FD, backing)
                fcntl.ioctl(device, LOOP_SET_STATUS64, _status())
            except OSError as error:
                os.close(device)
                if error.errno != errno.EBUSY:
                    raise
            else:
                return Loop(path, device)
    finally:
        os.close(control)
    raise OSError(errno.EBUSY, "others take every free loop device first")


def _status() -> bytes:
    status = bytearray(STATUS_BYTES)
    struct.pack_into("=I", status, FLAGS_AT, LO_FLAGS_AUTOCLEAR)
    return bytes(status)
