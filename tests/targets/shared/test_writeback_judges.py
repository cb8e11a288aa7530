"""What a write to `writeback` promises about the pages that it was asked for."""

import pytest

from targets.linux.zram import writeback_slots
from targets.linux.zram.device import Zram
from targets.linux.zram.slot import Slot
from tests.targets.linux.zram.backings import WITH_WRITEBACK
from tests.targets.running import answers, signatures

CASE = """target zram
kernel {}
config backing=disk backing_pages=3
task A
  write block=0 with=random:1
  write block=1 with=text:1
  write block=2 with=zeros
  write block=3 with=text:3
  idle
  read block=3
  writeback {}
"""
MISSED = "zram-not-written-back-writeback_store"
UNASKED = "zram-written-back-unasked-writeback_store"


@pytest.mark.parametrize("version", WITH_WRITEBACK)
@pytest.mark.parametrize("words", ["mode=idle", "mode=huge", "mode=named page=1"])
def test_what_kernels_write_back_is_what_was_asked_for(version: str, words: str) -> None:
    assert signatures(CASE.format(version, words)) == []


def test_pages_that_find_no_block_are_told_of_and_so_not_missed() -> None:
    case = CASE.replace("backing_pages=3", "backing_pages=2").format("6.1", "mode=idle")
    assert answers(case)[-1] == "ENOSPC"
    assert signatures(case) == []


def test_a_page_that_is_passed_over_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASE.format("6.14", "mode=idle")
    read = writeback_slots.read_selected
    monkeypatch.setattr(
        writeback_slots,
        "read_selected",
        lambda zram, page, index: index and read(zram, page, index),
    )
    assert answers(case)[-1] == "ok"
    assert signatures(case) == [MISSED]


def test_a_page_that_was_not_asked_for_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASE.replace("=3", "=8", 1).format("6.14", "mode=named page=1")

    def wanted(zram: Zram, ctl: object, selection: object) -> None:
        del selection
        writeback_slots.scan_slots(zram, ctl, range(16), _any)  # type: ignore[arg-type]

    def _any(slot: Slot) -> bool:
        return bool(slot.handle)

    monkeypatch.setattr("targets.linux.zram.writeback.scan_slots_for_writeback", wanted)
    assert UNASKED in signatures(case)


def test_nothing_is_said_while_somebody_else_uses_the_slots() -> None:
    case = (
        CASE.format("6.14", "mode=idle") + "task B\n  read block=0\nswitch A zram.slot.lock#24 B\n"
    )
    assert signatures(case) == []
