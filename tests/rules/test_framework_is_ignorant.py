"""The framework knows tasks, faults and programs, and nothing of any system under test.

`kernel` is allowed: a case has a kernel line. So are words that English shares: page, swap.
"""

import re
from typing import Final

import pytest

from tests.rules.source import ROOT

WORDS: Final = (
    "bio", "kswapd", "memcg", "pte", "swapcache", "swapfile", "vma", "vmscan", "zcomp", "zpool",
    "zram", "zsmalloc", "zspage", "zswap",
)  # fmt: skip

KERNEL_WORD: Final = re.compile(rf"(?<![a-z0-9])({'|'.join(WORDS)})s?(?![a-z0-9])", re.IGNORECASE)
"""A word also ends at an underscore or a dot, so that `zram_write` and `zram.write` are caught."""


def kernel_words(text: str) -> list[str]:
    return [match[1] for match in KERNEL_WORD.finditer(text)]


def test_the_framework_never_speaks_of_a_system_under_test() -> None:
    assert [
        f"{file.relative_to(ROOT)}:{number}: {' '.join(words)}"
        for file in sorted((ROOT / "fuzz").rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), start=1)
        if (words := kernel_words(line))
    ] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("store a page of zram", ["zram"]),
        ("ZRAM_SLOT = 'zsmalloc.pages'", ["ZRAM", "zsmalloc"]),
        ("two bios and a pte", ["bio", "pte"]),
        ("a biography, kernel 4.7, the Swapstorm page, accepted", []),
    ],
)
def test_the_rule_objects_to_words_of_the_kernel(text: str, expected: list[str]) -> None:
    assert kernel_words(text) == expected
