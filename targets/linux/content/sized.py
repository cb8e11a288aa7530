"""Pages that LZ4 compresses to a wanted number of bytes, exactly.

A page is: a head of 0 or 1 noise bytes, one run of zeros, a tail of noise.
Every LZ4 writes it as two sequences: the head and the run, then the tail as literals.
So its size is arithmetic, and no page depends on the compressor that happens to be installed.
"""

from bisect import bisect_left
from typing import Final

from targets.linux.content.measure import Below
from targets.linux.content.noise import MATCH_BYTES, noise
from targets.linux.machine.page import PAGE_SIZE

SIZE_MIN: Final = 26
"""No page compresses to less: one literal, one match over the page, five last literals."""

SIZE_MAX: Final = 4112
"""The largest size with a run in the page; all noise is 4114, and nothing gives 4113."""

TAIL_MIN: Final = 5
"""LZ4 ends every block with at least five literals."""

TAIL_MAX: Final = PAGE_SIZE - 1 - MATCH_BYTES
"""The longest tail that leaves a run of one literal and the shortest match."""

TOKEN_ROOM: Final = 15
"""Lengths from here on take extra bytes after their token, one for each 255."""

HUGE_BORDERS: Final = (3072, 3257, 3625, 3833, 4088, 4096)
"""Where a size changes what zram and zsmalloc do with it.

3072: up to 4.15, more than 3/4 of a page is stored whole. 3257, 3625, 3833: from 4.20 on, the huge
threshold for chains of 4, 8 and 16 pages. 4088: with its 8-byte header, the object fills a page.
4096: the compressor gains nothing.
"""

CLASS_STEP: Final = 16
"""Bytes between two size classes of zsmalloc, with pages of 4096 bytes."""

HEADER_BYTES: Final = 8
"""Bytes of an object that hold its handle: a class of 48 bytes takes 40 of the user."""

CLASSES: Final = 253
"""Classes of 48 to 4080 bytes: those whose borders lie within the sizes made here."""


def sized_page(size: int, seed: int) -> bytes:
    """Make a page whose LZ4 block has exactly `size` bytes, of `SIZE_MIN` to `SIZE_MAX`."""
    assert SIZE_MIN <= size <= SIZE_MAX, "a size is within what one run of zeros can reach"
    head, tail = _layout(size)
    bytes_drawn = noise(seed)
    zeros = bytes(PAGE_SIZE - head - tail)
    return bytes_drawn[:head] + zeros + bytes_drawn[head : head + tail]


def draw_size(below: Below) -> int:
    """Draw a size: half anywhere, a quarter at a huge border, a quarter at a class border."""
    match below(4):
        case 0:
            return HUGE_BORDERS[below(len(HUGE_BORDERS))] + below(5) - 2
        case 1:
            return CLASS_STEP * (3 + below(CLASSES)) - HEADER_BYTES + below(3) - 1
        case _:
            return SIZE_MIN + below(SIZE_MAX - SIZE_MIN + 1)


def near_size(size: int, below: Below) -> int:
    """Draw a size a few bytes away, beside the next class border, or at the next huge border."""
    match below(3):
        case 0:
            drawn = size + below(9) - 4
        case 1:
            border = (size + HEADER_BYTES) // CLASS_STEP + below(2)
            drawn = CLASS_STEP * border - HEADER_BYTES + below(3) - 1
        case _:
            drawn = min(HUGE_BORDERS, key=lambda border: abs(border - size)) + below(5) - 2
    return min(SIZE_MAX, max(SIZE_MIN, drawn))


def _layout(size: int) -> tuple[int, int]:
    """Choose the lengths of head and tail.

    Without a head, a tail that grows past its token adds two bytes at once and skips a size;
    a byte of it moved to the head, whose token has room, gives the skipped one.
    """
    tails = range(TAIL_MIN, TAIL_MAX + 1)
    tail = tails[bisect_left(tails, size, key=lambda tail: _block_size(0, tail))]
    return (0, tail) if _block_size(0, tail) == size else (1, tail - 1)


def _block_size(head: int, tail: int) -> int:
    """Compute the LZ4 size: two tokens, a two-byte offset, the literals and the extra lengths."""
    literals = head + 1
    match = PAGE_SIZE - tail - literals
    extra = _extra(literals) + _extra(match - MATCH_BYTES) + _extra(tail)
    return 1 + literals + 2 + 1 + tail + extra


def _extra(length: int) -> int:
    """Count the bytes that a length takes beyond its token."""
    return 0 if length < TOKEN_ROOM else 1 + (length - TOKEN_ROOM) // 255
