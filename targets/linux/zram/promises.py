"""What a zram device keeps while it runs; its judges at rest have promises of their own."""

from __future__ import annotations

from typing import Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise

WILD_TRANSFER: Final = Promise(
    "wild-transfer",
    "A disk moves data only from and to memory that somebody has chosen.",
    Harm.CRASH,
    "KASAN, oracle 6",
)
BAD_UNMAP: Final = Promise(
    "bad-unmap",
    "Only what is mapped is unmapped.",
    Harm.CRASH,
    "an oops in kunmap_atomic, oracle 6",
)
ZRAM_USE_AFTER_FREE: Final = Promise(
    "zram-use-after-free",
    "The table of a device that is set up is there, and one that was freed is never used.",
    Harm.CRASH,
    "KASAN, oracle 6",
)
ZRAM_NO_ALGORITHM: Final = Promise(
    "zram-no-algorithm",
    "A device always has the name of an algorithm to show.",
    Harm.CRASH,
    "an oops in strcmp, oracle 6",
)
ZRAM_NO_COMPRESSOR: Final = Promise(
    "zram-no-compressor",
    "Every slot was compressed by a compressor that is still there.",
    Harm.CRASH,
    "an oops in zcomp, oracle 6",
)
VMALLOC_OUT_OF_BOUNDS: Final = Promise(
    "vmalloc-out-of-bounds",
    "No slot is looked up behind the end of the table, no block behind the end of the bitmap.",
    Harm.CRASH,
    "KASAN, oracle 6",
)
NULL_DEREFERENCE: Final = Promise(
    "null-dereference",
    "What a file of a device is about to show, or to work with, is there.",
    Harm.CRASH,
    "an oops, oracle 6",
)
WILD_POINTER: Final = Promise(
    "wild-pointer",
    "The number of a backing block is never taken for a handle.",
    Harm.CRASH,
    "KASAN, oracle 1",
)
INVALID_FREE: Final = Promise(
    "invalid-free",
    "Only what was allocated is freed.",
    Harm.CRASH,
    "KASAN, oracle 6",
)
USE_AFTER_FREE: Final = Promise(
    "use-after-free",
    "The control of a writeback outlives all ends of its requests.",
    Harm.CRASH,
    "KASAN, oracle 6",
)
ZRAM_FREE_BLOCK_FREED: Final = Promise(
    "zram-free-block-freed",
    "A backing block is freed once for each time that it was taken.",
    Harm.CORRUPTION_READ_BACK,
    "WARN_ON_ONCE in free_block_bdev, oracle 5",
)
BDEV_PUT_TWICE: Final = Promise(
    "bdev-put-twice",
    "A block device is put as often as it was got.",
    Harm.CRASH,
    "oracle 5",
)
DUPLICATE_DEVICE: Final = Promise(
    "duplicate-device",
    "A number is given to one device at a time.",
    Harm.CRASH,
    "WARN in sysfs_warn_dup",
)
ZRAM_WRITEBACK_ERROR_LOST: Final = Promise(
    "zram-writeback-error-lost",
    "Who asks for writeback is told when a page could not be written.",
    Harm.WRONG_REPORT,
    "oracle 9",
)
ZRAM_PROMISES: Final = (
    ZRAM_USE_AFTER_FREE,
    ZRAM_NO_ALGORITHM,
    ZRAM_NO_COMPRESSOR,
    VMALLOC_OUT_OF_BOUNDS,
    NULL_DEREFERENCE,
    WILD_POINTER,
    INVALID_FREE,
    WILD_TRANSFER,
    BAD_UNMAP,
    USE_AFTER_FREE,
    ZRAM_FREE_BLOCK_FREED,
    BDEV_PUT_TWICE,
    DUPLICATE_DEVICE,
    ZRAM_WRITEBACK_ERROR_LOST,
)
"""What the code of every zram keeps."""
