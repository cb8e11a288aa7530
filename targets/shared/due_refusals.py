"""Refusals that are due: what is documented to be refused, whatever is written besides [zram.rst].

The other half of the tables of refusals: those say which refusals have a cause, these say which
causes must have a refusal. Asked of somebody who is alone, before he does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.zram.algorithm_files import NAME_MAX
from targets.linux.zram.device import init_done
from targets.linux.zram.inspection import offers_algorithm

if TYPE_CHECKING:
    from targets.linux.zram.device import Zram

BEFORE_SIZE: Final = frozenset({"disksize", "comp_algorithm", "recomp_algorithm", "backing_dev"})
"""Files that decide what a device is, and take nothing once it has a size: EBUSY."""
WITH_SIZE: Final = frozenset({"compact", "idle", "writeback", "recompress"})
"""Files that work on what is stored: without a size there is nothing, EINVAL."""
NUMBERS: Final = frozenset(
    {
        *("disksize", "reset", "mem_used_max"),
        *("writeback_limit", "writeback_limit_enable", "writeback_batch_size"),
    }
)
"""Files that take a number, and what has no digit is none: EINVAL."""
NOT_ZERO: Final = frozenset({"disksize", "reset", "writeback_batch_size"})
"""Files to which nought means nothing: EINVAL."""


def due_refusal_of_store(zram: Zram, name: str, text: str) -> str:
    """Say why a write to a file must be refused; nothing when it may be accepted."""
    plain = text.strip()
    if not text:
        return ""
    reasons = {
        "it has a size": name in BEFORE_SIZE and init_done(zram),
        "it has no size": name in WITH_SIZE and not init_done(zram),
        "it has no backing device": name == "writeback" and zram.backing.dev is None,
        "somebody has it open": name == "reset" and zram.disk.openers > 0,
        "the text has no digit": name in NUMBERS and not any(map(str.isdigit, plain)),
        "nought means nothing": name in NOT_ZERO and plain == "0",
        "it offers no such algorithm": (
            name == "comp_algorithm"
            and len(text) < NAME_MAX
            and not offers_algorithm(zram, text.removesuffix("\n"))
        ),
        "only 0 is taken": name == "mem_used_max" and plain.isdigit() and int(plain) > 0,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")
