"""Circumstances under which operations of processes and of swap may, or must, be refused.

Each looks at the machine as it is when the answer is given, and announces nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from targets.linux.machine.errno import EINTR, Refusal
from targets.linux.swap.area import MAX_SWAPFILES
from targets.linux.swap.flags import SWP_USED, SWP_WRITEOK
from targets.linux.swap.header import HEADER_PAGE
from targets.linux.zswap.inspection import aged_entries
from targets.shared.circumstances import io_failed, is_limited

if TYPE_CHECKING:
    from targets.linux.block.disk import Disk
    from targets.linux.swap.core import SwapCore
    from targets.shared.circumstances import Refused
    from targets.swap.seat import Seat

SELF: Final = ("fill", "store", "load", "pageout", "dontneed", "mlock", "munlock", "mergeable")
OF_LIVING: Final = frozenset({*SELF, "unmergeable", "fork", "swap_in"})
"""Operations that need a process that lives."""


def dead(refused: Refused) -> bool:
    """The process has ended."""
    return not refused.seat.mm.alive


def locked(refused: Refused) -> bool:
    """The process wants the page to stay in memory."""
    return refused.argument("page") in refused.seat.mm.vm_locked


def swapped_to(core: SwapCore, disk: Disk | None) -> bool:
    """Whether slots of a device are handed out."""
    return any(area.disk is disk and area.flags & SWP_WRITEOK for area in core.swap_info)


def not_swapped_to(refused: Refused) -> bool:
    """Nobody swaps to the device."""
    return not swapped_to(refused.seat.core, refused.disk)


def no_type_left(refused: Refused) -> bool:
    """There are as many swap areas as there can be."""
    areas = refused.seat.core.swap_info
    return len([area for area in areas if area.flags & SWP_USED]) >= MAX_SWAPFILES


def is_a_zram(refused: Refused) -> bool:
    """The device is no disk that can check CRCs."""
    return refused.zram is not None


def signalled(refused: Refused) -> bool:
    """There was a signal."""
    return EINTR in refused.answered.injected


def no_zswap(refused: Refused) -> bool:
    """There is no zswap."""
    try:
        return refused.seat.zswap is None
    except Refusal:
        return True


def nothing_to_write_back(refused: Refused) -> bool:
    """Zswap has no entry that takes memory."""
    return not aged_entries(refused.seat.zswap)


def something_to_write_back(refused: Refused) -> bool:
    """Zswap may have had an entry that could not go."""
    return not no_zswap(refused)


def device_failed(refused: Refused) -> bool:
    """Something failed, now or earlier, or is short, but not only the page for a header."""
    faults = refused.answered.world.injected
    others = any(fault.at.point != HEADER_PAGE.name for fault in faults)
    short = refused.memory_is_short or is_limited(refused)
    return others or (io_failed(refused) and not faults) or short


def is_due(seat: Seat, operation: Any) -> str:
    """Say why an operation that was just done should have been refused; nothing if it may be."""
    word, core = operation.word, seat.core
    if word in OF_LIVING and not seat.mm.alive:
        return "the process has ended"
    if word in ("fill", "pageout", "dontneed") and operation.page in seat.mm.vm_locked:
        return "the page is locked in memory"
    if word in ("mkswap", "format") and swapped_to(core, seat.disk):
        return "the device is swapped to"
    if word == "swapon" and not swapped_to(core, seat.disk):
        return "it is not swapped to"
    if word == "swapoff" and swapped_to(core, seat.disk):
        return "it is swapped to as before"
    return ""
