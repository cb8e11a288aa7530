"""Bytes in which LZ4 finds nothing to save.

The one rule: no four bytes occur twice, because four bytes are the shortest match of the format.
Zero bytes are left out, so that noise never melts into a run of zeros beside it.
"""

from functools import lru_cache
from hashlib import shake_128
from itertools import count
from typing import Final

from targets.linux.machine.page import PAGE_SIZE

MATCH_BYTES: Final = 4
"""The shortest repetition that LZ4 can encode."""

ZERO_AS_128: Final = bytes([128, *range(1, 256)])
"""A translation that leaves zero bytes out; that 128 comes twice as often changes no size."""


@lru_cache(maxsize=256)
def noise(seed: int) -> bytes:
    """Make a page of incompressible bytes of 1 to 255, for ever the same for the same seed.

    About one page in 500 repeats four bytes by chance; its seed then takes the next attempt.
    """
    attempts = (_attempt(seed, number) for number in count())
    return next(page for page in attempts if not _repeats(page))


def _attempt(seed: int, number: int) -> bytes:
    stream = shake_128(f"noise {seed} {number}".encode())
    return stream.digest(PAGE_SIZE).translate(ZERO_AS_128)


def _repeats(page: bytes) -> bool:
    """Whether any four bytes occur twice, at whatever distance."""
    starts = range(PAGE_SIZE - MATCH_BYTES + 1)
    return len({page[start : start + MATCH_BYTES] for start in starts}) < len(starts)
