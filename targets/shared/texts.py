"""What people write to files of a zram, well or badly: an argument of operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.values.choices import Choices

SAFE: Final = "+,:=/@"
"""Characters, besides letters, digits and `_.-~`, that a case writes as they are."""

LENGTH_MAX: Final = 200
"""Characters of a text: more than any file has a use for."""

TYPICAL: Final = (
    "0", "1", "2", "3", "all", "none", "1\n", "0\n", "", "\n", " 1", "1 ", "1\n\n",
    "-1", "+1", "+0", "00", "01", "010", "0x10", "0x", "x", "1x", "x1",
    "4095", "4096", "4097", "65535", "65536", "8K", "8k\n", "64Kb", "K", "1M", "99999999999",
    "lz4", "lzo", "lz4\n", " lz4", "LZ4", "lz", "zstd", "deflate", "842",
    "huge", "idle", "huge_idle", "incompressible", "type=idle", "type=huge", "type=x", "type=",
    "page_index=0", "page_index=3", "page_index=64", "page_index=x", "page_index=",
    "page_indexes=0-3", "page_indexes=3-0", "page_indexes=1", "type=huge page_index=1",
    "algo=lz4", "algo=lzo priority=1", "algo=lz4 priority=0", "algo=lz4 priority=4", "algo=",
    "algo=none", "priority=1", "priority=x", "priority", "level=3", "algo=lz4 level=3",
    "threshold=100", "threshold=4096", "max_pages=1", "dict=x", "algo=zstd level=1 priority=1",
    "/dev/zram0", "/dev/sda1", "/dev/zram1", "/dev/zram0\n", "/dev/sda1\n",
    "deflate.winbits=15", "priority=0 deflate.winbits=99", "algo=deflate deflate.winbits=-15",
    "priority=0 level=99", "algo=lz4 level=-5", "type=idle page_indexes=0-7",
)  # fmt: skip
"""One of these is drawn: what some file takes, and what is nearly that."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Any text, percent-encoded where a case could not hold it: `8K%0A`."""

    @property
    def expected(self) -> str:
        """Say how it is written."""
        return f"a text of at most {LENGTH_MAX} characters, `%0A` for a newline, `%20` for a blank"

    def parse(self, text: str) -> str:
        """Read a text in its one spelling."""
        plain = "" if text == "%" else unquote(text, "latin-1")
        if len(plain) > LENGTH_MAX or self.text(plain) != text:
            raise ValueError(self.expected)
        return plain

    def text(self, value: str) -> str:
        """Write a text; `%` alone is the empty one."""
        return quote(value, SAFE, "latin-1") or "%"

    def draw(self, choices: Choices) -> str:
        """Draw one that people write."""
        return choices.one_of(TYPICAL)

    def simpler(self, value: str) -> Iterator[str]:
        """Yield the typical ones before this one, and shorter ones."""
        if value in TYPICAL:
            yield from TYPICAL[: TYPICAL.index(value)]
        else:
            yield from TYPICAL
            yield value[: len(value) // 2]


TEXTS: Final = Texts()
