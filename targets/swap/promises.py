"""What the target `swap` keeps: all of it, in one place."""

from __future__ import annotations

from typing import Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from targets.linux.block.promises import DISK_PROMISES
from targets.linux.machine.promises import MACHINE_PROMISES
from targets.linux.swap.promises import SWAP_CORE_PROMISES
from targets.linux.zram.promises import ZRAM_PROMISES
from targets.linux.zsmalloc.promises import POOL_PROMISES
from targets.linux.zswap.promises import ZSWAP_CODE_PROMISES
from targets.shared.promises import ANSWER_PROMISES, DEVICE_PROMISES, ZSWAP_PROMISES
from targets.swap.count_judges import COUNT_PROMISES
from targets.swap.footprint_judges import SWAP_FOOTPRINT
from targets.swap.notice_judges import NOTICE_PROMISES
from targets.swap.progress_judges import PROGRESS_PROMISES
from targets.swap.reference_judges import REFERENCE_PROMISES
from targets.swap.refusals import PROCESS_REFUSAL_MISSING
from targets.swap.rest_judges import REST_PROMISES

WRONG_MEMORY: Final = Promise(
    "wrong-memory",
    "A process reads what it last wrote, or is told of the loss.",
    Harm.DATA_LOSS,
    "oracles 1 and 9",
)
PAGE_CHANGED_UNDER_WRITEBACK: Final = Promise(
    "page-changed-under-writeback",
    "A device that asks for stable pages sees none change while it looks at it.",
    Harm.LATENT,
    "I11",
)
PAGE_WRITABLE_UNDER_WRITEBACK: Final = Promise(
    "page-writable-under-writeback",
    "No process can write, without a fault, what an area with stable pages looks at.",
    Harm.LATENT,
    "I11",
)
FILE_SYSTEM_OVERWRITTEN: Final = Promise(
    "file-system-overwritten",
    "Swap writes to the blocks of its swap file, and to no others of the disk.",
    Harm.DATA_LOSS,
    "oracle 4",
)
SOFT_DIRTY_LOST: Final = Promise(
    "soft-dirty-lost",
    "A page that a process wrote to since it cleared the soft-dirty bits has its bit.",
    Harm.WRONG_REPORT,
    "vm/soft-dirty.txt",
)
PINNED_PAGE_LEAK: Final = Promise(
    "pinned-page-leak",
    "Who holds a page for a process sees what that process had there, and no other's writes.",
    Harm.CORRUPTION_READ_BACK,
    "oracle 1",
)
SWAP_SLOT_LEAK: Final = Promise(
    "swap-slot-leak",
    "A swap slot to which nothing refers is free.",
    Harm.LEAK,
    "I10, oracle 5",
)
SWAP_MISCOUNT: Final = Promise(
    "swap-miscount",
    "A swap slot counts the page table entries that refer to it.",
    Harm.LEAK,
    "I10, oracle 5",
)
PAGE_STUCK: Final = Promise(
    "page-stuck",
    "No page stays locked or under writeback when all I/O is done.",
    Harm.HANG,
    "oracle 7",
)
STABLE_WRITES_MISSED: Final = Promise(
    "stable-writes-missed",
    "An area knows when its device asks for stable pages.",
    Harm.LATENT,
    "I11",
)
STABLE_WRITES_STALE: Final = Promise(
    "stable-writes-stale",
    "An area does not keep pages stable for a device that does not ask for it.",
    Harm.WRONG_REPORT,
    "I11",
)
SYNCHRONOUS_IO_WRONG: Final = Promise(
    "synchronous-io-wrong",
    "An area knows whether its device is done when a request returns, where it asks for that.",
    Harm.WRONG_REPORT,
    "I11",
)
TORN_IMAGE: Final = Promise(
    "torn-image",
    "What a device stores of a page is the page as it was at one instant.",
    Harm.LATENT,
    "I7, oracle 3",
)
PROMISES: Final = (
    WRONG_MEMORY,
    TORN_IMAGE,
    PAGE_CHANGED_UNDER_WRITEBACK,
    PAGE_WRITABLE_UNDER_WRITEBACK,
    STABLE_WRITES_MISSED,
    STABLE_WRITES_STALE,
    SYNCHRONOUS_IO_WRONG,
    PINNED_PAGE_LEAK,
    SOFT_DIRTY_LOST,
    FILE_SYSTEM_OVERWRITTEN,
    SWAP_MISCOUNT,
    SWAP_SLOT_LEAK,
    PAGE_STUCK,
    *SWAP_CORE_PROMISES,
    *DISK_PROMISES,
    *ZSWAP_CODE_PROMISES,
    *ZSWAP_PROMISES,
    *ANSWER_PROMISES,
    *DEVICE_PROMISES,
    *ZRAM_PROMISES,
    *POOL_PROMISES,
    *MACHINE_PROMISES,
    *REFERENCE_PROMISES,
    *COUNT_PROMISES,
    *NOTICE_PROMISES,
    *PROGRESS_PROMISES,
    *REST_PROMISES,
    SWAP_FOOTPRINT,
    PROCESS_REFUSAL_MISSING,
)
"""Every kind of finding that the target reports, but for those of the world."""
