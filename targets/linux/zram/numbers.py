"""Numbers as sysfs files take them [lib/cmdline.c, lib/kstrtox.c]."""

from __future__ import annotations

import re
from typing import Final

from targets.linux.machine.errno import EINVAL, ERANGE, Refusal
from targets.linux.machine.page import PAGE_SIZE

LEADING_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*")
"""What simple_strtoull reads in base 0: hexadecimal, octal or decimal, without a sign."""

WHOLE_NUMBER: Final = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)\n?")
ZERO: Final = re.compile(r"\+?0+\n?")
SIGNED_NUMBER: Final = re.compile(r"[+-]?[0-9]+\n?")
DECIMAL_NUMBER: Final = re.compile(r"\+?[0-9]+\n?")

SUFFIXES: Final = "kmgtpe"
"""Each is worth 1024 times the one before."""

U64_MASK: Final = 2**64 - 1
INT_MAX: Final = 2**31 - 1
INT_MIN: Final = -(2**31)


def memparse(text: str) -> int | None:
    """Read `64K` or `0x1000`, whatever follows; None when nothing was read.

    A suffix alone counts as read, and is worth 0.
    """
    number = LEADING_NUMBER.match(text)
    rest = text[number.end() :] if number else text
    shift = 10 * (SUFFIXES.find(rest[:1].lower()) + 1) if rest else 0
    if number is None:
        return 0 if shift else None
    return _base_0(number[0]) << shift & U64_MASK


def kstrtoint(text: str) -> int:
    """Read a whole text as a C int in base 0; EINVAL or ERANGE."""
    if not WHOLE_NUMBER.fullmatch(text):
        raise Refusal(EINVAL)
    digits = text.rstrip("\n")
    magnitude = _base_0(digits.lstrip("+-"))
    return _within(-magnitude if digits.startswith("-") else magnitude, INT_MIN, INT_MAX)


def kstrtoint_decimal(text: str) -> int:
    """Read a whole text as a C int in base 10; EINVAL or ERANGE."""
    if not SIGNED_NUMBER.fullmatch(text):
        raise Refusal(EINVAL)
    return _within(int(text), INT_MIN, INT_MAX)


def kstrtou_decimal(text: str, bits: int) -> int:
    """Read a whole text as an unsigned decimal number of `bits` bits; EINVAL or ERANGE."""
    if not DECIMAL_NUMBER.fullmatch(text):
        raise Refusal(EINVAL)
    return _within(int(text), 0, 2**bits - 1)


def kstrtoull(text: str) -> int:
    """Read a whole text as an unsigned number of 64 bits in base 0; EINVAL or ERANGE."""
    if not WHOLE_NUMBER.fullmatch(text) or text.startswith("-"):
        raise Refusal(EINVAL)
    return _within(_base_0(text.rstrip("\n").lstrip("+")), 0, U64_MASK)


def is_zero(text: str) -> bool:
    """Whether a whole text is the decimal number 0."""
    return ZERO.fullmatch(text) is not None


def page_align(size: int) -> int:
    """Round up to whole pages, in 64 bits (PAGE_ALIGN)."""
    return (size + PAGE_SIZE - 1) // PAGE_SIZE * PAGE_SIZE & U64_MASK


def _within(value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise Refusal(ERANGE)
    return value


def _base_0(digits: str) -> int:
    """Read digits that one of the patterns found: a leading 0 means octal, as in C."""
    octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    return int(digits, 8 if octal else 0)
