"""Findings of known bugs come into a group each; of thirty bugs: measure-deduplication."""

from pathlib import Path
from typing import Final

import pytest

from fuzz.people.measures.deduplication import raw
from fuzz.people.measures.deduplication.measure import all_lairs, measure
from tests.targets.running import TARGETS

FOLDER: Final = Path(__file__).parents[2] / "corpus/known"
KNOWN: Final = (
    *("A07-exclusive-kept-while-written", "C21-line-without-its-end", "F10-header-has-no-room"),
    "compressor-read-unlocked",
)
BUGS: Final = (
    *("swp-exclusive-inverted-stable-check", "zram-block-state-off-by-one"),
    *("zram-set-up-before-init-lock", "zs-wrong-size-class"),
)


@pytest.mark.slow
def test_findings_of_known_bugs_come_into_a_group_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "SEARCH_RUNS", 40)
    lairs = all_lairs([FOLDER / f"{name}.case" for name in KNOWN], TARGETS)
    confusion = measure(lairs, 5 * len(BUGS), seed=1)
    assert sorted(confusion.counts) == list(BUGS)
    assert (confusion.findings, confusion.alone) == (5 * len(BUGS), 5 * len(BUGS))
    assert len(confusion.groups) == len(BUGS)
