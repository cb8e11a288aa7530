"""Circumstances under which an operation may be refused: what tables of refusals are made of.

Each looks at the machine as it is when the answer is given, and announces nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from targets.linux.machine.errno import ENOMEM
from targets.linux.machine.page import PAGE_SIZE, SECTORS_PER_PAGE
from targets.linux.zram.device import init_done
from targets.shared.raw_io import RAW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fuzz.program.answered import Answered
    from targets.linux.block.disk import Disk
    from targets.linux.zram.device import Zram


@dataclass(frozen=True, slots=True)
class Refused:
    """An operation that was refused, or that should have been, and the device it was about."""

    answered: Answered
    disk: Disk | None
    """The device, unless it is gone."""
    zram: Zram | None
    """The device, if it is a zram and not gone."""
    memory_is_short: bool = False
    """Whether the machine has so little memory that there may be none without a fault."""
    seat: Any = None
    """What the task works with, for circumstances of one target."""
    spoilt: bool = False
    """Whether a user has changed pages while they were written, so that they may be unreadable."""
    zrams: Sequence[Zram] = ()
    """Each zram that there ever was, those included that are gone, where there may be several."""

    def argument(self, name: str) -> Any:
        """Return an argument of the operation."""
        return getattr(self.answered.operation, name)


Circumstance: TypeAlias = "Callable[[Refused], bool]"
Documented: TypeAlias = "Mapping[str, Mapping[str, Circumstance]]"
"""For each word of an operation, the errors that it may answer, and when."""


def anytime(refused: Refused) -> bool:
    """Whatever decides this is a matter of the kernel or its build, which nobody judges."""
    del refused
    return True


def no_memory(refused: Refused) -> bool:
    """Memory was refused that was made to be, or the machine is short of it."""
    return ENOMEM in refused.answered.injected or refused.memory_is_short


def io_failed(refused: Refused) -> bool:
    """Something that was made to fail may be the cause, now or earlier, or what a user spoilt."""
    return bool(refused.answered.ever_injected) or refused.spoilt


def write_failed(refused: Refused) -> bool:
    """Something was made to fail, or objects may use no more memory."""
    failed = bool(refused.answered.injected) or refused.memory_is_short
    return failed or refused.zram is None or is_limited(refused)


def is_limited(refused: Refused) -> bool:
    """Somebody has said how much memory objects of the zram may use."""
    return refused.zram is not None and refused.zram.limit_pages > 0


def gone(refused: Refused) -> bool:
    """The device is gone, or going, or its module is."""
    zram = refused.zram
    going = zram is not None and (zram.files.removed or not zram.module.is_live)
    return refused.disk is None or refused.disk.removed or going


def no_zram(refused: Refused) -> bool:
    """There is no zram, whose files these would be."""
    return refused.zram is None or gone(refused)


def busy(refused: Refused) -> bool:
    """Somebody has the device for himself alone, or resets it."""
    disk, zram = refused.disk, refused.zram
    claimed = zram is not None and zram.claim
    return disk is None or disk.holder not in (None, RAW) or claimed


def in_use(refused: Refused) -> bool:
    """Somebody has the device open, or resets it."""
    disk = refused.disk
    return disk is None or disk.openers > 0 or busy(refused)


def has_size(refused: Refused) -> bool:
    """The zram is set up."""
    return refused.zram is None or init_done(refused.zram)


def has_no_size(refused: Refused) -> bool:
    """The zram is not set up."""
    return refused.zram is None or not init_done(refused.zram)


def beyond_end(refused: Refused) -> bool:
    """The device does not reach that far."""
    last = refused.argument("block") + getattr(refused.answered.operation, "count", 1)
    return refused.disk is None or last > blocks(refused.disk)


def begins_beyond_end(refused: Refused) -> bool:
    """The device ends before that."""
    return refused.disk is None or refused.argument("block") >= blocks(refused.disk)


def no_such_part(refused: Refused) -> bool:
    """A page has not so many blocks."""
    disk = refused.disk
    return disk is None or refused.argument("part") * disk.logical_block_size >= PAGE_SIZE


def blocks(disk: Disk) -> int:
    """Return how many pages a device has; for judges, it announces nothing."""
    return disk.capacity // SECTORS_PER_PAGE
