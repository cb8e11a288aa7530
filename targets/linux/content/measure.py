"""A page as a compressor and a collector see it: its LZ4 size and its name."""

from collections.abc import Callable
from hashlib import sha256
from typing import Final, TypeAlias

from lz4.block import compress

Below: TypeAlias = Callable[[int], int]
"""A source of draws: `below(n)` is a uniform integer of 0 to n - 1."""

NAME_DIGITS: Final = 12
"""Hex digits of a page's name: 48 bits, enough for two of 10,000 pages to differ."""


def block_size(page: bytes) -> int:
    """Measure a page as one LZ4 block, in bytes: 26 (zeros) to 4114 (nothing repeats)."""
    return len(compress(page, mode="default", store_size=False))


def page_name(page: bytes) -> str:
    """Name a page after its contents: the first hex digits of its SHA-256."""
    return sha256(page).hexdigest()[:NAME_DIGITS]
