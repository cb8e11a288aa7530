"""What the target `zram` keeps: all of it, in one place."""

from __future__ import annotations

from typing import Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from targets.linux.machine.promises import MACHINE_PROMISES
from targets.linux.zram.promises import ZRAM_PROMISES
from targets.linux.zsmalloc.promises import POOL_PROMISES
from targets.shared.promises import ANSWER_PROMISES, DEVICE_PROMISES

ZRAM_IMPOSSIBLE_READ: Final = Promise(
    "zram-impossible-read",
    "A read returns what some order of the writes explains.",
    Harm.CORRUPTION_READ_BACK,
    "oracle 1",
)
ZRAM_UNREADABLE_BLOCK: Final = Promise(
    "zram-unreadable-block",
    "A block whose data was accepted can be read.",
    Harm.CORRUPTION_READ_BACK,
    "I7, oracle 9",
)
ZRAM_TORN_IMAGE: Final = Promise(
    "zram-torn-image",
    "What a slot holds is what somebody wrote, whole.",
    Harm.CORRUPTION_READ_BACK,
    "I7, oracle 3",
)
ZRAM_ZEROS_STORED: Final = Promise(
    "zram-zeros-stored",
    "A page of zeros takes no memory.",
    Harm.LATENT,
    "zram.rst, zero_pages and same_pages",
)
ZRAM_REMOVED_WITH_SIZE: Final = Promise(
    "zram-removed-with-size",
    "A device that is gone has taken along what it held.",
    Harm.LEAK,
    "oracle 5",
)
ZRAM_REMOVED_WITH_BACKING: Final = Promise(
    "zram-removed-with-backing",
    "A device that is gone has closed its backing device.",
    Harm.LEAK,
    "oracle 5",
)
ZRAM_REMOVED_WITH_NAMES: Final = Promise(
    "zram-removed-with-names",
    "A device that is gone has freed the names of its algorithms.",
    Harm.LEAK,
    "kmemleak, oracle 5",
)
ZRAM_FILES_AND_DISK: Final = Promise(
    "zram-files-and-disk",
    "A device has files and a disk as long as it has a number, and no longer.",
    Harm.CRASH,
    "oracle 6",
)
ZRAM_LEFT_BEHIND: Final = Promise(
    "zram-left-behind",
    "A module that is gone has taken all of its devices along.",
    Harm.CRASH,
    "code and data of a module that is gone, oracle 6",
)
PROMISES: Final = (
    ZRAM_IMPOSSIBLE_READ,
    ZRAM_UNREADABLE_BLOCK,
    ZRAM_TORN_IMAGE,
    ZRAM_ZEROS_STORED,
    ZRAM_REMOVED_WITH_SIZE,
    ZRAM_REMOVED_WITH_BACKING,
    ZRAM_REMOVED_WITH_NAMES,
    ZRAM_FILES_AND_DISK,
    ZRAM_LEFT_BEHIND,
    *ANSWER_PROMISES,
    *DEVICE_PROMISES,
    *ZRAM_PROMISES,
    *POOL_PROMISES,
    *MACHINE_PROMISES,
)
"""Every kind of finding that the target reports, but for those of the world."""
