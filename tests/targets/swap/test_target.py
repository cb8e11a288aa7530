"""The target swap: what it refuses."""

from __future__ import annotations

import pytest

from fuzz.program.target import settings_of
from targets.swap.target import TARGET


@pytest.mark.parametrize(("pages", "start"), [("16", "8"), ("6", "4"), ("2", "0")])
def test_a_swap_file_may_have_two_pages_or_more(pages: str, start: str) -> None:
    """A header and one slot."""
    texts = {"disk": "crc", "disk_pages": pages, "swap_file_at": start}
    TARGET.check("6.8", settings_of(TARGET, texts))


@pytest.mark.parametrize(("pages", "start"), [("5", "4"), ("4", "4"), ("2", "8")])
def test_a_smaller_swap_file_is_refused(pages: str, start: str) -> None:
    """Nothing could be swapped to it: the machine would not come up."""
    texts = {"disk": "crc", "disk_pages": pages, "swap_file_at": start}
    with pytest.raises(ValueError, match=f"a swap file at {start} has no room"):
        TARGET.check("6.8", settings_of(TARGET, texts))
