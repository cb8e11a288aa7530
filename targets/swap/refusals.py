"""Refusals of the operations of `swap` that are documented, and when [man pages, mm].

See `targets/shared/refusals.py` for what such a table says, and what it does not.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from targets.linux.machine.errno import (
    EAGAIN,
    EBADF,
    EBUSY,
    EEXIST,
    EFAULT,
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
from targets.swap.circumstances import (
    dead,
    device_failed,
    is_a_zram,
    is_due,
    locked,
    no_type_left,
    no_zswap,
    not_swapped_to,
    nothing_to_write_back,
    signalled,
    something_to_write_back,
)

if TYPE_CHECKING:
    from fuzz.program.answered import Answered
    from targets.shared.circumstances import Documented, Refused
    from targets.swap.seat import Seat

PROCESS_REFUSAL_MISSING: Final = Promise(
    "process-refusal-missing",
    "What a process cannot do is refused, and so is swapon or swapoff that comes to nothing.",
    Harm.WRONG_REPORT,
    "man pages",
)
PAGES_MIN: Final = 2
"""A swap area has a header and a page."""


def _no_space(refused: Refused) -> bool:
    """A header and a page do not fit."""
    return refused.disk is None or blocks(refused.disk) < PAGES_MIN


def _empty_or_failed(refused: Refused) -> bool:
    return refused.disk is None or not refused.disk.capacity or device_failed(refused)


DEAD: Final = MappingProxyType({SIGSEGV: dead})
"""A process that has ended does nothing any more."""
FAULT: Final = MappingProxyType({**DEAD, SIGBUS: io_failed, VM_FAULT_OOM: no_memory})
"""What an access to memory may come to."""

SWAP_REFUSALS: Final[Documented] = MappingProxyType(
    {
        **DEVICE_REFUSALS,
        "fill": {**FAULT, EINVAL: locked},
        "store": FAULT,
        "load": FAULT,
        "swap_out": DEAD,
        "swap_in": DEAD,
        "pageout": {**DEAD, EINVAL: anytime},
        "dontneed": {**DEAD, EINVAL: locked},
        "mlock": {**DEAD, EAGAIN: no_memory, ENOMEM: io_failed},
        "munlock": DEAD,
        "mergeable": {**DEAD, EINVAL: anytime},
        "unmergeable": {**DEAD, ENOMEM: no_memory},
        "ksmd": {},
        "chrt": {},
        "clear_refs": DEAD,
        "pagemap": DEAD,
        "pin": {**DEAD, EFAULT: io_failed, ENOMEM: no_memory},
        "uffd_move": {
            **DEAD,
            EINVAL: anytime,
            EEXIST: anytime,
            ENOENT: anytime,
            EBUSY: anytime,
            EAGAIN: anytime,
            EFAULT: io_failed,
        },
        "dma": {EBADF: anytime},
        "peek": {EBADF: anytime},
        "unpin": {EBADF: anytime},
        "fork": {**DEAD, "ESRCH": anytime, ENOMEM: no_memory},
        "exit": DEAD,
        "mkswap": {
            EBUSY: in_use,
            ENXIO: gone,
            ENOSPC: _no_space,
            EIO: device_failed,
            ENOMEM: no_memory,
        },
        "mkswap_bad": {
            EBUSY: in_use,
            ENXIO: gone,
            ENOSPC: _no_space,
            EIO: device_failed,
            ENOMEM: no_memory,
        },
        "swapon": {
            EBUSY: in_use,
            EINVAL: anytime,
            EIO: _empty_or_failed,
            ENOMEM: no_memory,
            EPERM: no_type_left,
        },
        "swapoff": {EINVAL: not_swapped_to, ENOMEM: no_memory, EINTR: signalled},
        "format": {ENOENT: is_a_zram, EBUSY: in_use},
        "zswap_enable": {ENOENT: no_zswap},
        "zswap_limit": {ENOENT: no_zswap},
        "zswap_writeback": {
            ENOENT: no_zswap,
            EINVAL: nothing_to_write_back,
            EAGAIN: something_to_write_back,
        },
    }
)
"""What operations of the target `swap` may answer."""


def judge_due_refusal(seat: Seat, answered: Answered) -> None:
    """What a process may not do is refused, if nobody else has changed that meanwhile."""
    why = is_due(seat, answered.operation) if answered.alone else ""
    if why:
        answered.world.report(
            PROCESS_REFUSAL_MISSING,
            f"`{answered.operation}` is not refused",
            f"{why}; the answer is {answered.text}",
            place=answered.operation.word,
        )
