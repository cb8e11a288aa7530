"""One machine word repeated through a page: what zram's same-filled test looks for."""

from typing import Final

from targets.linux.content.measure import Below
from targets.linux.machine.page import PAGE_SIZE

WORD_DIGITS: Final = 16
"""Hex digits of a machine word of 8 bytes."""

DIGITS_ALLOWED: Final = (2, 4, 8, 16)
"""Digits of a pattern: 1, 2, 4 or 8 bytes, repeated to fill a word."""


def word_of(digits: str) -> int:
    """Fill a machine word with a pattern of 2, 4, 8 or 16 hex digits."""
    return int(digits * (WORD_DIGITS // len(digits)), 16)


def digits_of(word: int) -> str:
    """Write a word as the shortest pattern that fills it: `61` for eight bytes of 0x61."""
    whole = f"{word:0{WORD_DIGITS}x}"
    return next(whole[:digits] for digits in DIGITS_ALLOWED if word_of(whole[:digits]) == word)


def word_page(word: int) -> bytes:
    """Fill a page with a word of 64 bits, stored with its lowest byte first as on x86."""
    return word.to_bytes(8, "little") * (PAGE_SIZE // 8)


def draw_word(below: Below) -> int:
    """Draw a word that is not zero: usually one repeated byte, one time in four any 64 bits."""
    if below(4):
        return word_of(f"{1 + below(255):02x}")
    return (below(1 << 32) << 32) + 1 + below((1 << 32) - 1)
