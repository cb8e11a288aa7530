"""The budget of writeback is one word, and whether it counts is another."""

from __future__ import annotations

from typing import Final

import pytest

from tests.targets.running import signatures

SHOWN_WHILE_TAKEN: Final = (
    "target zram\nkernel 6.19\nconfig backing=disk\n"
    "task A\n  writeback_limit_enable on=1\n  writeback_limit pages=2\n"
    "  write block=1 with=random:1\n  writeback mode=huge\n"
    "task B\n  show file={}\n"
)


@pytest.mark.parametrize(
    ("file", "races"),
    [
        ("writeback_limit", ["data-race-debit_budget+writeback_limit_show"]),
        ("writeback_limit_enable", []),
    ],
)
def test_writeback_changes_the_budget_and_not_whether_it_counts(
    file: str, races: list[str]
) -> None:
    found = signatures(SHOWN_WHILE_TAKEN.format(file))
    assert [each for each in found if "debit_budget" in each] == races
