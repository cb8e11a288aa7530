"""What a case of this target may set, beside what every target on the model has."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from fuzz.program.domain import Number, Word
from fuzz.program.target import Setting

ZRAM: Final = "zram"
ASYNCHRONOUS_ZRAM: Final = "zram-async"
CRC: Final = "crc"

DISK: Final = Setting(
    "disk",
    Word((ZRAM, ASYNCHRONOUS_ZRAM, CRC)),
    ZRAM,
    "what is swapped to; zram-async is the thread's development kernel, crc checks every page",
)
SWAPPING: Final = Setting(
    "swap",
    Word(("on", "off", "no-size")),
    "on",
    "whether swap is on after boot; with no-size, a zram has not even its size then",
)
PAGE_CLUSTER: Final = Setting(
    "page_cluster",
    Number(0, 3),
    "0",
    "the logarithm of how many slots a fault reads (/proc/sys/vm/page-cluster)",
)
SLOT_BATCH: Final = Setting(
    "slot_batch",
    Number(1, 64),
    "64",
    "slots that a CPU takes or frees at a time, from 4.11 to 6.14 (SWAP_SLOTS_CACHE_SIZE)",
    drawn=False,
)
NO_SECOND: Final = "none"
SECOND_PRIORITIES: Final = MappingProxyType({"lower": 0, "equal": 1, "higher": 2})
"""Priorities of a second swap area; the first one then has 1."""
SECOND: Final = Setting(
    "second",
    Word((NO_SECOND, *SECOND_PRIORITIES)),
    NO_SECOND,
    "the priority of a second swap area, on a disk that checks CRCs, beside that of the first",
)
UNLIMITED: Final = "unlimited"
MEMORY_PAGES: Final = Setting(
    "memory_pages",
    Word((UNLIMITED, *map(str, range(64, 5, -1)))),
    UNLIMITED,
    "page frames of the machine; when they run short, the kernel reclaims, and may fail",
)
SWAP_FILE_AT: Final = Setting(
    "swap_file_at",
    Number(0, 8),
    "0",
    "of disk=crc: where its swap file begins, behind blocks of its file system; 0 for no file",
    drawn=False,
)
SLOTS_MAX: Final = Setting(
    "slots_max",
    Word((UNLIMITED, *map(str, range(64, 3, -1)))),
    UNLIMITED,
    "the most slots that a swap entry of the machine can name (swapfile_maximum_size)",
    drawn=False,
)
