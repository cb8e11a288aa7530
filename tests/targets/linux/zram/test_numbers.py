"""Numbers in sysfs: vectors from the documentation of the kernel's own parsers."""

import pytest

from fuzz.values.refusal import Refusal
from targets.linux.zram.numbers import is_zero, kstrtoint, kstrtou_decimal, memparse, page_align


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4096", 4096),
        ("64K", 65536),
        ("64k\n", 65536),
        ("1M", 2**20),
        ("2G", 2**31),
        ("1T", 2**40),
        ("1P", 2**50),
        ("1E", 2**60),
        ("16E", 0),
        ("0x10K", 16384),
        ("010", 8),
        ("08", 0),
        ("5 apples", 5),
        ("K", 0),
        ("", None),
        ("-1", None),
        ("apples", None),
    ],
)
def test_memparse_reads_a_number_and_a_suffix(text: str, value: int | None) -> None:
    assert memparse(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1\n", 1), ("-5", -5), ("+7", 7), ("0x10", 16), ("010", 8), ("2147483647", 2**31 - 1)],
)
def test_kstrtoint_reads_whole_texts(text: str, value: int) -> None:
    assert kstrtoint(text) == value


@pytest.mark.parametrize(
    ("text", "name"), [("", "EINVAL"), ("1 ", "EINVAL"), ("1K", "EINVAL"), ("2147483648", "ERANGE")]
)
def test_kstrtoint_refuses_the_rest(text: str, name: str) -> None:
    with pytest.raises(Refusal, match=name):
        kstrtoint(text)


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("+1\n", 1), ("010", 10), ("65535", 65535)])
def test_kstrtou_reads_decimal_numbers(text: str, value: int) -> None:
    assert kstrtou_decimal(text, bits=16) == value


@pytest.mark.parametrize(
    ("text", "name"), [("-1", "EINVAL"), ("0x1", "EINVAL"), ("65536", "ERANGE")]
)
def test_kstrtou_refuses_the_rest(text: str, name: str) -> None:
    with pytest.raises(Refusal, match=name):
        kstrtou_decimal(text, bits=16)


def test_zero_is_zero_in_any_length() -> None:
    assert [is_zero(text) for text in ("0", "+00\n", "", "1", "0x0")] == [
        True, True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "aligned"), [(0, 0), (1, 4096), (4096, 4096), (2**64 - 1, 0)])
def test_sizes_are_rounded_up_to_pages_in_64_bits(size: int, aligned: int) -> None:
    assert page_align(size) == aligned
