"""Words such as `type=idle threshold=3000`, as some files take them [lib/cmdline.c, next_arg]."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from targets.linux.machine.errno import EINVAL, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD: Final = re.compile(r'(?:"[^"]*"|[^\s"])+')
"""Blanks separate words, unless they are quoted."""


def words(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield each word as a key and what stands behind its `=`, without quotes; None without one."""
    for match in WORD.finditer(text):
        key, equals, value = match[0].partition("=")
        yield key.strip('"'), value.strip('"') if equals else None


def arguments(text: str) -> Iterator[tuple[str, str]]:
    """Yield words that must have a value, or refuse with EINVAL when the one without is reached."""
    for key, value in words(text):
        if not value:
            raise Refusal(EINVAL)
        yield key, value
