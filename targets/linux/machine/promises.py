"""What the machine under all targets keeps: the kernel lives, and memory belongs to its owner."""

from __future__ import annotations

from typing import Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from targets.linux.machine.sanitizers import MACHINE_MEMORY_PROMISES

KERNEL_BUG: Final = Promise(
    "kernel-bug",
    "The kernel never finds what it must never see (BUG_ON).",
    Harm.CRASH,
    "BUG_ON",
)
FOREIGN_MEMORY_CORRUPTED: Final = Promise(
    "foreign-memory-corrupted",
    "Nobody writes past the end of his page frame into that of another.",
    Harm.CRASH,
    "page_poison, oracle 4",
)
PAGE_LEAK: Final = Promise(
    "page-leak",
    "Every page frame in use belongs to somebody who can give it back.",
    Harm.LEAK,
    "oracle 5",
)
MACHINE_PROMISES: Final = (
    KERNEL_BUG,
    FOREIGN_MEMORY_CORRUPTED,
    PAGE_LEAK,
    *MACHINE_MEMORY_PROMISES,
)
"""What every target on the model keeps."""
