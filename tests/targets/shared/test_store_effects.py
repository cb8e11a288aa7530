"""What writeback, a reset and recompression have to come to, and models that come to less."""

import pytest

from targets.linux.zram import recompress, reset, writeback_loop, writeback_slots
from targets.linux.zram.device import Zram
from tests.targets.running import answers, signatures

BACKED = (
    "target zram\nkernel {}\nconfig backing=disk\ntask A\n  write block=1 with=random:7\n"
    "  writeback_limit pages=5\n  writeback_limit_enable on=1\n  writeback mode=huge\n"
)
FURTHER = (
    "target zram\nkernel {}\nconfig algorithm=lzo\ntask A\n  reset\n"
    "  recomp_algorithm name=zstd\n  disksize pages=4\n  write block=1 with=text:3\n  {}\n"
)


@pytest.mark.parametrize(("kernel", "module"), [("6.1", writeback_loop), ("6.14", writeback_slots)])
def test_a_page_that_is_written_back_and_not_charged_is_a_finding(
    kernel: str, module: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert signatures(BACKED.format(kernel)) == []
    monkeypatch.setattr(module, "debit_budget", lambda _: None)
    assert signatures(BACKED.format(kernel)) == ["writeback-wrong-count-writeback_limit"]


def test_a_page_that_is_written_back_and_counted_twice_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = writeback_slots.install_block

    def twice(zram: Zram, *args: object) -> bool:
        zram.stats.bd_writes += 1
        return usual(zram, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(writeback_slots, "install_block", twice)
    assert signatures(BACKED.format("6.14")) == ["writeback-wrong-count-bd_writes"]


def test_what_a_reset_leaves_behind_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    case = BACKED.format("6.1") + "  reset\n"
    assert signatures(case) == []
    monkeypatch.setattr(reset, "reset_bdev", lambda _: None)
    assert "reset-leaves-behind-zram_reset_device" in signatures(case)


@pytest.mark.parametrize("kernel", ["6.8", "6.17"])
def test_recompression_that_does_nothing_is_a_finding(
    kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = FURTHER.format(kernel, "recompress")
    assert answers(case)[-1] == "ok"
    assert signatures(case) == []
    monkeypatch.setattr(recompress, "_try", lambda *_: None)
    assert signatures(case) == ["zram-not-recompressed-recompress_store"]


def test_recompression_that_is_refused_and_recompresses_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = FURTHER.format("6.8", "recompress name=lz4")
    assert answers(case)[-1] == "EINVAL"
    assert signatures(case) == []
    usual = recompress.find_algorithm

    def late(zram: Zram, request: recompress.Request) -> None:
        recompress.with_page(zram, recompress.Request(), recompress.recompress_in_place)
        usual(zram, request)

    monkeypatch.setattr(recompress, "find_algorithm", late)
    assert signatures(case) == ["refused-store-changed-recompress"]


def test_recompression_with_another_algorithm_than_was_named_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = FURTHER.format("6.8", "recompress name=lz4").replace(
        "  disksize", "  recomp_algorithm name=lz4 priority=2\n  disksize"
    )
    assert answers(case)[-1] == "ok"
    assert signatures(case) == []
    monkeypatch.setattr(recompress, "find_algorithm", lambda *_: None)
    assert "zram-recompressed-otherwise-recompress_store" in signatures(case)
