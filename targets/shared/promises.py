"""What a zram device and zswap keep, whoever uses them: judged when nothing runs."""

from __future__ import annotations

from typing import Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise

ZRAM_OVERSIZED_SLOT: Final = Promise(
    "zram-oversized-slot",
    "No slot claims more bytes than its object has room for.",
    Harm.LATENT,
    "I2, oracle 4",
)
ZRAM_WRONG_COUNT: Final = Promise(
    "zram-wrong-count",
    "Every statistic of a device is what a recount of its slots says.",
    Harm.WRONG_REPORT,
    "I1 to I4, oracle 8",
)
ZRAM_BLOCK_LEAK: Final = Promise(
    "zram-block-leak",
    "Every backing block that is taken belongs to a slot.",
    Harm.LEAK,
    "oracle 5",
)
ZRAM_BLOCK_SHARED: Final = Promise(
    "zram-block-shared",
    "A backing block belongs to one slot, and is taken.",
    Harm.CORRUPTION_READ_BACK,
    "oracle 5",
)
ZRAM_STUCK_WRITEBACK: Final = Promise(
    "zram-stuck-writeback",
    "A post-processing that is over leaves no marks behind.",
    Harm.HANG,
    "oracle 7",
)
ZRAM_WRITEBACK_OVERDRAWN: Final = Promise(
    "zram-writeback-overdrawn",
    "The budget of writeback never falls below nothing.",
    Harm.WRONG_REPORT,
    "oracle 8",
)
ZRAM_NOT_WRITTEN_BACK: Final = Promise(
    "zram-not-written-back",
    "Writeback that succeeds has written back every page that it was asked for.",
    Harm.WRONG_REPORT,
    "zram.rst",
)
ZRAM_WRITTEN_BACK_UNASKED: Final = Promise(
    "zram-written-back-unasked",
    "Writeback takes no page that it was not asked for.",
    Harm.WRONG_REPORT,
    "zram.rst",
)
ZRAM_BACKS_ITSELF: Final = Promise(
    "zram-backs-itself",
    "No device is its own backing device.",
    Harm.LEAK,
    "oracle 5",
)
REFUSED_WRITE_CHANGED: Final = Promise(
    "refused-write-changed",
    "A request that is refused leaves what the block held.",
    Harm.DATA_LOSS,
    "I8, oracle 2",
)
REFUSED_REQUEST_MARKED: Final = Promise(
    "refused-request-marked",
    "A request that is refused is no access: the marks of its slot stay as they were.",
    Harm.WRONG_REPORT,
    "zram.rst: idle",
)
ZRAM_GAVE_UP: Final = Promise(
    "zram-gave-up",
    "A write is refused for want of memory only when a request that could wait got none.",
    Harm.DATA_LOSS,
    "oracle 9",
)
ZRAM_LIMIT_EXCEEDED: Final = Promise(
    "zram-limit-exceeded",
    "A write that is accepted leaves the pool within mem_limit, or no larger than it was.",
    Harm.WRONG_REPORT,
    "oracle 8",
)
ZRAM_NEEDLESS_STALL: Final = Promise(
    "zram-needless-stall",
    "A write counts as stalled only when memory for its object was refused.",
    Harm.WRONG_REPORT,
    "I9",
)
ZRAM_NEGATIVE_COUNT: Final = Promise(
    "zram-negative-count",
    "No counter of a device ever falls below nothing.",
    Harm.WRONG_REPORT,
    "oracle 8",
)
STORE_NOT_KEPT: Final = Promise(
    "store-not-kept",
    "What a file accepted is what the device does, and shows, from then on.",
    Harm.WRONG_REPORT,
    "zram.rst",
)
REFUSED_STORE_CHANGED: Final = Promise(
    "refused-store-changed",
    "A store that is refused changes no setting.",
    Harm.WRONG_REPORT,
    "zram.rst",
)
ZRAM_NOT_RECOMPRESSED: Final = Promise(
    "zram-not-recompressed",
    "Recompression leaves no page that it was asked for and that another algorithm makes smaller.",
    Harm.WRONG_REPORT,
    "zram.rst",
)
ZRAM_RECOMPRESSED_OTHERWISE: Final = Promise(
    "zram-recompressed-otherwise",
    "Recompression that was asked for an algorithm takes no other.",
    Harm.WRONG_REPORT,
    "zram.rst",
)
REFUSAL_MISSING: Final = Promise(
    "refusal-missing",
    "What is documented to be refused is refused.",
    Harm.WRONG_REPORT,
    "zram.rst",
)
FILE_SHOWS_WRONG: Final = Promise(
    "file-shows-wrong",
    "What a file of a device shows is so.",
    Harm.WRONG_REPORT,
    "zram.rst",
)
RESET_LEAVES_BEHIND: Final = Promise(
    "reset-leaves-behind",
    "A device that is reset has nothing left of what it was, but for the budget of writeback.",
    Harm.LEAK,
    "zram.rst, oracle 5",
)
WRITEBACK_WRONG_COUNT: Final = Promise(
    "writeback-wrong-count",
    "Each page that is written back is counted once and, where there is a budget, charged once.",
    Harm.WRONG_REPORT,
    "zram.rst, oracle 8",
)
BROKEN_LINE: Final = Promise(
    "broken-line",
    "Whoever reads a file of lines gets whole lines, as many as he has room for.",
    Harm.WRONG_REPORT,
    "read_block_state, oracle 8",
)
BACKING_NOT_NAMED: Final = Promise(
    "backing-not-named",
    "The backing device, which pages are written over, is the one that was named.",
    Harm.DATA_LOSS,
    "zram.rst, oracle 1",
)
DEVICE_PROMISES: Final = (
    ZRAM_OVERSIZED_SLOT,
    ZRAM_WRONG_COUNT,
    ZRAM_BLOCK_LEAK,
    ZRAM_BLOCK_SHARED,
    ZRAM_STUCK_WRITEBACK,
    ZRAM_WRITEBACK_OVERDRAWN,
    ZRAM_NOT_WRITTEN_BACK,
    ZRAM_WRITTEN_BACK_UNASKED,
    ZRAM_BACKS_ITSELF,
    REFUSED_WRITE_CHANGED,
    REFUSED_REQUEST_MARKED,
    ZRAM_GAVE_UP,
    ZRAM_LIMIT_EXCEEDED,
    ZRAM_NEEDLESS_STALL,
    ZRAM_NEGATIVE_COUNT,
    STORE_NOT_KEPT,
    REFUSED_STORE_CHANGED,
    REFUSAL_MISSING,
    FILE_SHOWS_WRONG,
    RESET_LEAVES_BEHIND,
    WRITEBACK_WRONG_COUNT,
    ZRAM_NOT_RECOMPRESSED,
    ZRAM_RECOMPRESSED_OTHERWISE,
    BROKEN_LINE,
    BACKING_NOT_NAMED,
)
"""What a zram device keeps."""
ZSWAP_STALE_ENTRY: Final = Promise(
    "zswap-stale-entry",
    "Every entry of zswap belongs to a slot that is in use.",
    Harm.CORRUPTION_READ_BACK,
    "oracle 1",
)
ZSWAP_LEAK: Final = Promise(
    "zswap-leak",
    "Every object in the pool of zswap belongs to an entry.",
    Harm.LEAK,
    "oracle 5",
)
ZSWAP_WRONG_COUNT: Final = Promise(
    "zswap-wrong-count",
    "Every counter of zswap is what a recount says.",
    Harm.WRONG_REPORT,
    "oracle 8",
)
ZSWAP_EVENT_MISCOUNTED: Final = Promise(
    "zswap-event-miscounted",
    "Zswap counts each page written back, in place of an older one, or met by a full pool.",
    Harm.WRONG_REPORT,
    "oracle 8",
)
ZSWAP_UNFINDABLE: Final = Promise(
    "zswap-unfindable",
    "Zswap knows each area that is swapped to, and the age of each entry that takes memory.",
    Harm.LEAK,
    "oracle 10",
)
ZSWAP_STALLS: Final = Promise(
    "zswap-stalls",
    "While it is on and has room, zswap takes what gets smaller, and it writes back what is old.",
    Harm.WRONG_REPORT,
    "oracle 7",
)
ZSWAP_PROMISES: Final = (
    ZSWAP_STALE_ENTRY,
    ZSWAP_LEAK,
    ZSWAP_WRONG_COUNT,
    ZSWAP_EVENT_MISCOUNTED,
    ZSWAP_UNFINDABLE,
    ZSWAP_STALLS,
)
"""What zswap keeps."""
REFUSED_WITHOUT_CAUSE: Final = Promise(
    "refused-without-cause",
    "An operation is refused only for a reason that is documented, and that is there.",
    Harm.WRONG_REPORT,
    "oracle 9, zram.rst, man pages",
)
ERROR_SWALLOWED: Final = Promise(
    "error-swallowed",
    "An error of a device is the answer of the operation that met it.",
    Harm.WRONG_REPORT,
    "oracle 9",
)
ANSWER_PROMISES: Final = (REFUSED_WITHOUT_CAUSE, ERROR_SWALLOWED)
"""What every operation on the model keeps."""
