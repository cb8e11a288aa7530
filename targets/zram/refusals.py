"""Refusals of what only the target `zram` offers, and when [zram.rst, rmmod]."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from targets.linux.machine.errno import (
    EAGAIN,
    EBADF,
    EBUSY,
    EINVAL,
    EIO,
    ENODEV,
    ENOENT,
    ENOMEM,
    ENOSPC,
)
from targets.linux.zram.device import ModuleState
from targets.shared.circumstances import (
    anytime,
    beyond_end,
    busy,
    gone,
    has_no_size,
    io_failed,
    no_memory,
    no_such_part,
    write_failed,
)
from targets.shared.refusals import DEVICE_REFUSALS, NEWER_FILE, OPENED, WRITTEN

if TYPE_CHECKING:
    from targets.shared.circumstances import Documented, Refused


def _no_device(refused: Refused) -> bool:
    disk, number = refused.disk, refused.argument("device")
    return disk is None or f"zram{number}" not in disk.machine.disks


def _that_device_in_use(refused: Refused) -> bool:
    disk, number = refused.disk, refused.argument("device")
    other = None if disk is None else disk.machine.disks.get(f"zram{number}")
    return other is None or other.openers > 0 or other.holder is not None or busy(refused)


def _any_device_in_use(refused: Refused) -> bool:
    """Somebody has a device open, be it one that has been removed meanwhile."""
    return any(each.disk.openers for each in refused.zrams)


def _module_moves(refused: Refused) -> bool:
    """The module comes or goes; of a device that is gone for the task nothing is known here."""
    return refused.zram is None or refused.zram.module.state is not ModuleState.LIVE


ZRAM_REFUSALS: Final[Documented] = MappingProxyType(
    {
        **DEVICE_REFUSALS,
        "use": {ENOENT: _no_device},
        "hot_add": {ENOMEM: no_memory, ENOENT: gone},
        "hot_remove": {ENODEV: _no_device, EBUSY: _that_device_in_use, ENOENT: gone},
        "rmmod": {ENOENT: gone, EAGAIN: _any_device_in_use, EBUSY: _module_moves},
        "block_state": {**NEWER_FILE, EINVAL: has_no_size},
        "open": OPENED,
        "close": {EBADF: anytime},
        "write_many": WRITTEN,
        "write_across": {**WRITTEN, EINVAL: anytime},
        "read_part": {**OPENED, EINVAL: no_such_part, ENOMEM: no_memory, EIO: io_failed},
        "write_part": {**WRITTEN, EINVAL: no_such_part, ENOSPC: anytime},
        "discard_part": {**OPENED, EINVAL: anytime, EIO: io_failed},
        "write_zeroes": {**OPENED, EINVAL: beyond_end, ENOMEM: no_memory, EIO: write_failed},
    }
)
"""What operations of the target `zram` may answer."""
