"""Refusals of the operations of `swap` that are documented, and when [man pages, mm].

See `targets/shared/refusals.py` for what such a table says, and what it does not.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from targets.linux.machine.errno import (
    EAGAIN,
    EBUSY,
    EINTR,
    EINVAL,
    EIO,
    ENOENT,
    ENOMEM,
    ENOSPC,
    ENXIO,
    EPERM,
    SIGBUS,
    SIGSEGV,
    VM_FAULT_OOM,
)
from targets.shared.circumstances import anytime, blocks, gone, in_use, io_failed, no_memory
from targets.shared.refusals import DEVICE_REFUSALS

if TYPE_CHECKING:
    from targets.shared.circumstances import Documented, Refused

PAGES_MIN: Final = 2
"""A swap area has a header and a page."""


def _no_space(refused: Refused) -> bool:
    """A header and a page do not fit."""
    return refused.disk is None or blocks(refused.disk) < PAGES_MIN


def _empty_or_failed(refused: Refused) -> bool:
    return refused.disk is None or not refused.disk.capacity or io_failed(refused)


DEAD: Final = MappingProxyType({SIGSEGV: anytime})
"""A process that has ended does nothing any more."""
FAULT: Final = MappingProxyType({**DEAD, SIGBUS: io_failed, VM_FAULT_OOM: no_memory})
"""What an access to memory may come to."""

SWAP_REFUSALS: Final[Documented] = MappingProxyType(
    {
        **DEVICE_REFUSALS,
        "fill": {**FAULT, EINVAL: anytime},
        "store": FAULT,
        "load": FAULT,
        "swap_out": DEAD,
        "swap_in": DEAD,
        "pageout": {**DEAD, EINVAL: anytime},
        "dontneed": {**DEAD, EINVAL: anytime},
        "mlock": {**DEAD, EAGAIN: no_memory, ENOMEM: io_failed},
        "munlock": DEAD,
        "mergeable": DEAD,
        "unmergeable": {**DEAD, ENOMEM: no_memory},
        "ksmd": {},
        "fork": {**DEAD, "ESRCH": anytime, ENOMEM: no_memory},
        "exit": DEAD,
        "mkswap": {
            EBUSY: in_use,
            ENXIO: gone,
            ENOSPC: _no_space,
            EIO: io_failed,
            ENOMEM: no_memory,
        },
        "swapon": {
            EBUSY: in_use,
            EINVAL: anytime,
            EIO: _empty_or_failed,
            ENOMEM: no_memory,
            EPERM: anytime,
        },
        "swapoff": {EINVAL: anytime, ENOMEM: no_memory, EINTR: io_failed},
        "format": {ENOENT: anytime, EBUSY: in_use},
        "zswap_enable": {ENOENT: anytime},
        "zswap_limit": {ENOENT: anytime},
        "zswap_writeback": {
            ENOENT: anytime,
            EINVAL: anytime,
            EAGAIN: anytime,
            ENOMEM: no_memory,
        },
    }
)
"""What operations of the target `swap` may answer."""
